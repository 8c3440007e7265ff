column agent.agent_pool_id text not null
column agent.created_at timestamp with time zone not null default now()
column agent.drained_at timestamp with time zone
column agent.exited_at timestamp with time zone
column agent.id text not null
column agent.identity text not null
column agent.ip_address text not null
column agent.last_ping_at timestamp with time zone not null default now()
column agent.name text not null
column agent_pool.created_at timestamp with time zone not null default now()
column agent_pool.id text not null
column agent_pool.name text not null
column agent_pool.organization_id text not null
column agent_pool.organization_scoped boolean not null default true
column agent_pool_excluded_workspace.agent_pool_id text not null
column agent_pool_excluded_workspace.organization_id text not null
column agent_pool_excluded_workspace.workspace_id text not null
column agent_pool_project.agent_pool_id text not null
column agent_pool_project.organization_id text not null
column agent_pool_project.project_id text not null
column agent_pool_workspace.agent_pool_id text not null
column agent_pool_workspace.organization_id text not null
column agent_pool_workspace.workspace_id text not null
column audit_entry.action text not null
column audit_entry.actor_kind text not null
column audit_entry.address text
column audit_entry.after jsonb
column audit_entry.before jsonb
column audit_entry.created_at timestamp with time zone not null default now()
column audit_entry.id text not null
column audit_entry.organization_id text
column audit_entry.request_id text
column audit_entry.resource_id text not null
column audit_entry.resource_type text not null
column audit_entry.sequence bigint not null
column audit_entry.token_id text
column audit_entry.user_id text
column audit_seal.complete_until timestamp with time zone not null
column audit_seal.hash text not null
column audit_seal.position bigint not null
column audit_seal.sequence bigint not null
column comment.body text not null
column comment.created_at timestamp with time zone not null default now()
column comment.created_by text
column comment.id text not null
column comment.run_id text not null
column configuration_readme.configuration_version_id text not null
column configuration_readme.markdown text not null
column configuration_version.archived_at timestamp with time zone
column configuration_version.auto_queue_runs boolean not null default true
column configuration_version.backing_data_deleted_at timestamp with time zone
column configuration_version.created_at timestamp with time zone not null default now()
column configuration_version.created_by text
column configuration_version.error text
column configuration_version.error_message text
column configuration_version.id text not null
column configuration_version.provisional boolean not null default false
column configuration_version.sha256 text
column configuration_version.size_bytes bigint
column configuration_version.source text not null
column configuration_version.speculative boolean not null default false
column configuration_version.status text not null default 'pending'::text
column configuration_version.uploaded_at timestamp with time zone
column configuration_version.workspace_id text not null
column cost_estimate.created_at timestamp with time zone not null default now()
column cost_estimate.currency text
column cost_estimate.delta text
column cost_estimate.error_message text
column cost_estimate.id text not null
column cost_estimate.matched jsonb not null default '[]'::jsonb
column cost_estimate.price_books jsonb not null default '[]'::jsonb
column cost_estimate.prior text
column cost_estimate.proposed text
column cost_estimate.resources_count integer not null default 0
column cost_estimate.run_id text not null
column cost_estimate.status text not null
column cost_estimate.status_timestamps jsonb not null default '{}'::jsonb
column cost_estimate.unmatched jsonb not null default '[]'::jsonb
column general_settings.id integer not null default 1
column general_settings.installation_id text
column general_settings.rate_limiting_enabled boolean not null default true
column general_settings.updated_at timestamp with time zone not null default now()
column kysely_migration.name character varying(255) not null
column kysely_migration.timestamp character varying(255) not null
column kysely_migration_lock.id character varying(255) not null
column kysely_migration_lock.is_locked integer not null default 0
column login_code.code_challenge text not null
column login_code.code_hash text not null
column login_code.created_at timestamp with time zone not null default now()
column login_code.expires_at timestamp with time zone not null
column login_code.redirect_uri text not null
column login_code.token_id text not null
column login_code.user_id text not null
column mirrored_provider.created_at timestamp with time zone not null default now()
column mirrored_provider.created_by text
column mirrored_provider.h1 text not null
column mirrored_provider.host text not null
column mirrored_provider.id text not null
column mirrored_provider.namespace text not null
column mirrored_provider.organization_id text not null
column mirrored_provider.platform text not null
column mirrored_provider.sha256 text not null
column mirrored_provider.size_bytes bigint not null
column mirrored_provider.type text not null
column mirrored_provider.version text not null
column notification_configuration.created_at timestamp with time zone not null default now()
column notification_configuration.destination_type text not null
column notification_configuration.email_addresses jsonb not null default '[]'::jsonb
column notification_configuration.enabled boolean not null default false
column notification_configuration.id text not null
column notification_configuration.name text not null
column notification_configuration.project_id text
column notification_configuration.sealed_token text
column notification_configuration.team_id text
column notification_configuration.triggers jsonb not null default '[]'::jsonb
column notification_configuration.updated_at timestamp with time zone not null default now()
column notification_configuration.url text
column notification_configuration.user_ids jsonb not null default '[]'::jsonb
column notification_configuration.workspace_id text
column notification_delivery.actor_id text
column notification_delivery.attempts integer not null default 0
column notification_delivery.configuration_id text not null
column notification_delivery.created_at timestamp with time zone not null default now()
column notification_delivery.id text not null
column notification_delivery.next_attempt_at timestamp with time zone not null default now()
column notification_delivery.response jsonb
column notification_delivery.run_id text
column notification_delivery.run_status text
column notification_delivery.sequence bigint not null
column notification_delivery.status text not null default 'waiting'::text
column notification_delivery.trigger text not null
column organization.aggregated_commit_status_enabled boolean not null default true
column organization.allow_force_delete_workspaces boolean not null default false
column organization.assessments_enforced boolean not null default false
column organization.collaborator_auth_policy text not null default 'password'::text
column organization.cost_estimation_enabled boolean not null default false
column organization.created_at timestamp with time zone not null default now()
column organization.default_agent_pool_id text
column organization.default_execution_mode text not null default 'remote'::text
column organization.email text not null
column organization.engine text
column organization.id text not null
column organization.name text not null
column organization.owners_team_saml_role_id text
column organization.send_passing_statuses boolean not null default false
column organization.service_user_id text
column organization.session_remember_minutes integer
column organization.session_timeout_minutes integer
column organization.speculative_plan_management_enabled boolean not null default true
column organization.user_tokens_enabled boolean not null default true
column organization_member.created_at timestamp with time zone not null default now()
column organization_member.id text not null
column organization_member.made_its_user boolean not null default false
column organization_member.organization_id text not null
column organization_member.status text not null default 'active'::text
column organization_member.user_id text not null
column password.changed_at timestamp with time zone not null default now()
column password.hash text not null
column password.user_id text not null
column password_reset.code_hash text not null
column password_reset.created_at timestamp with time zone not null default now()
column password_reset.expires_at timestamp with time zone not null
column password_reset.user_id text not null
column phase_artifact.name text not null
column phase_artifact.phase_id text not null
column phase_artifact.sha256 text not null
column phase_artifact.size_bytes bigint not null
column plan_approval.binding text not null
column plan_approval.created_at timestamp with time zone not null default now()
column plan_approval.id text not null
column plan_approval.run_id text not null
column plan_approval.user_id text not null
column policy.created_at timestamp with time zone not null default now()
column policy.description text not null default ''::text
column policy.id text not null
column policy.level text not null
column policy.name text not null
column policy.organization_id text not null
column policy.source_text text
column policy.updated_at timestamp with time zone not null default now()
column policy_check.created_at timestamp with time zone not null default now()
column policy_check.id text not null
column policy_check.output text not null default ''::text
column policy_check.overridden_by text
column policy_check.override_comment text
column policy_check.result jsonb
column policy_check.run_id text not null
column policy_check.status text not null
column policy_check.status_timestamps jsonb not null default '{}'::jsonb
column policy_check.updated_at timestamp with time zone not null default now()
column policy_evaluation.created_at timestamp with time zone not null default now()
column policy_evaluation.id text not null
column policy_evaluation.kind text not null
column policy_evaluation.policy_check_id text
column policy_evaluation.status text not null
column policy_evaluation.status_timestamps jsonb not null default '{}'::jsonb
column policy_evaluation.task_stage_id text
column policy_evaluation.updated_at timestamp with time zone not null default now()
column policy_set.agent_enabled boolean not null default false
column policy_set.created_at timestamp with time zone not null default now()
column policy_set.current_version_id text
column policy_set.description text not null default ''::text
column policy_set.id text not null
column policy_set.is_global boolean not null default false
column policy_set.kind text not null
column policy_set.name text not null
column policy_set.organization_id text not null
column policy_set.overridable boolean not null default true
column policy_set.updated_at timestamp with time zone not null default now()
column policy_set_outcome.error text not null default ''::text
column policy_set_outcome.id text not null
column policy_set_outcome.outcomes jsonb not null
column policy_set_outcome.policy_evaluation_id text not null
column policy_set_outcome.policy_set_description text not null
column policy_set_outcome.policy_set_id text
column policy_set_outcome.policy_set_name text not null
column policy_set_parameter.created_at timestamp with time zone not null default now()
column policy_set_parameter.id text not null
column policy_set_parameter.key text not null
column policy_set_parameter.policy_set_id text not null
column policy_set_parameter.sealed_value text
column policy_set_parameter.sensitive boolean not null default false
column policy_set_parameter.value text
column policy_set_policy.policy_id text not null
column policy_set_policy.policy_set_id text not null
column policy_set_project.excluded boolean not null
column policy_set_project.policy_set_id text not null
column policy_set_project.project_id text not null
column policy_set_version.created_at timestamp with time zone not null default now()
column policy_set_version.created_by text
column policy_set_version.error text
column policy_set_version.id text not null
column policy_set_version.policies jsonb not null default '[]'::jsonb
column policy_set_version.policy_set_id text not null
column policy_set_version.sha256 text
column policy_set_version.status text not null default 'pending'::text
column policy_set_version.status_timestamps jsonb not null default '{}'::jsonb
column policy_set_version.updated_at timestamp with time zone not null default now()
column policy_set_workspace.excluded boolean not null
column policy_set_workspace.policy_set_id text not null
column policy_set_workspace.workspace_id text not null
column price_book.created_at timestamp with time zone not null default now()
column price_book.id text not null
column price_book.name text not null
column price_book.organization_id text not null
column price_book.updated_at timestamp with time zone not null default now()
column price_book.version integer not null
column price_book_version.as_of text not null
column price_book_version.created_at timestamp with time zone not null default now()
column price_book_version.created_by text
column price_book_version.currency text not null
column price_book_version.price_book_id text not null
column price_book_version.prices jsonb not null
column price_book_version.sha256 text not null
column price_book_version.source text not null
column price_book_version.source_text text not null
column price_book_version.version integer not null
column project.auto_destroy_activity_duration text
column project.created_at timestamp with time zone not null default now()
column project.default_agent_pool_id text
column project.default_execution_mode text
column project.description text
column project.id text not null
column project.is_default boolean not null default false
column project.name text not null
column project.organization_id text not null
column project_tag_binding.key text not null
column project_tag_binding.project_id text not null
column project_tag_binding.value text not null
column provider_store.agent_pool_id text
column provider_store.contents jsonb
column provider_store.created_at timestamp with time zone not null default now()
column provider_store.id text not null
column provider_store.key text not null
column provider_store.last_seen_at timestamp with time zone not null
column provider_store.limit_bytes bigint not null
column provider_store.name text not null
column provider_store.platform text not null
column provider_store.reported_at timestamp with time zone
column provider_store.source text not null
column provider_store_order.address text not null
column provider_store_order.attempts integer not null default 0
column provider_store_order.created_at timestamp with time zone not null default now()
column provider_store_order.created_by text
column provider_store_order.ended_at timestamp with time zone
column provider_store_order.held_by text
column provider_store_order.held_until timestamp with time zone
column provider_store_order.id text not null
column provider_store_order.kind text not null
column provider_store_order.message text not null default ''::text
column provider_store_order.platform text not null
column provider_store_order.provider_store_id text not null
column provider_store_order.status text not null default 'queued'::text
column provider_store_order.version text not null
column registry_key.ascii_armor text not null
column registry_key.created_at timestamp with time zone not null default now()
column registry_key.id text not null
column registry_key.key_id text not null
column registry_key.organization_id text not null
column registry_key.updated_at timestamp with time zone not null default now()
column registry_module.created_at timestamp with time zone not null default now()
column registry_module.id text not null
column registry_module.name text not null
column registry_module.organization_id text not null
column registry_module.provider text not null
column registry_module.updated_at timestamp with time zone not null default now()
column registry_module_version.commit_sha text
column registry_module_version.created_at timestamp with time zone not null default now()
column registry_module_version.created_by text
column registry_module_version.details jsonb
column registry_module_version.error text
column registry_module_version.id text not null
column registry_module_version.module_id text not null
column registry_module_version.readme text
column registry_module_version.sha256 text
column registry_module_version.size_bytes bigint
column registry_module_version.status text not null default 'pending'::text
column registry_module_version.updated_at timestamp with time zone not null default now()
column registry_module_version.version text not null
column registry_provider.created_at timestamp with time zone not null default now()
column registry_provider.id text not null
column registry_provider.name text not null
column registry_provider.organization_id text not null
column registry_provider.updated_at timestamp with time zone not null default now()
column registry_provider_platform.arch text not null
column registry_provider_platform.created_at timestamp with time zone not null default now()
column registry_provider_platform.filename text not null
column registry_provider_platform.id text not null
column registry_provider_platform.os text not null
column registry_provider_platform.sha256 text
column registry_provider_platform.shasum text not null
column registry_provider_platform.size_bytes bigint
column registry_provider_platform.version_id text not null
column registry_provider_version.created_at timestamp with time zone not null default now()
column registry_provider_version.created_by text
column registry_provider_version.id text not null
column registry_provider_version.is_signed boolean not null default false
column registry_provider_version.key_id text not null
column registry_provider_version.protocols jsonb not null
column registry_provider_version.provider_id text not null
column registry_provider_version.shasums text
column registry_provider_version.shasums_signature text
column registry_provider_version.updated_at timestamp with time zone not null default now()
column registry_provider_version.version text not null
column registry_release.created_at timestamp with time zone not null default now()
column registry_release.digest text not null
column registry_release.name text not null
column registry_release.organization_id text not null
column remote_state_consumer.consumer_id text not null
column remote_state_consumer.organization_id text not null
column remote_state_consumer.workspace_id text not null
column resource_change.action text not null
column resource_change.address text not null
column resource_change.sequence bigint not null
column resource_change.state_version_id text not null
column resource_change.type text not null
column resource_change.workspace_id text not null
column run.allow_config_generation boolean not null
column run.allow_empty_apply boolean not null
column run.auto_apply boolean not null
column run.cancel_requested_at timestamp with time zone
column run.canceled_by text
column run.configuration_version_id text not null
column run.confirmed_at timestamp with time zone
column run.confirmed_by text
column run.created_at timestamp with time zone not null default now()
column run.created_by text
column run.debugging_mode boolean not null
column run.engine text
column run.error_message text
column run.force_cancel_available_at timestamp with time zone
column run.generated_configuration boolean not null default false
column run.has_changes boolean not null default false
column run.holds_workspace boolean not null generated ((NOT plan_only) AND ((status = ANY (ARRAY['pre_apply_running'::text, 'pre_apply_completed'::text, 'queuing_apply'::text, 'apply_queued'::text, 'applying'::text, 'post_apply_running'::text, 'post_apply_completed'::text])) OR ((NOT save_plan) AND (status <> ALL (ARRAY['pending'::text, 'applied'::text, 'planned_and_finished'::text, 'policy_soft_failed'::text, 'discarded'::text, 'errored'::text, 'canceled'::text, 'force_canceled'::text])))))
column run.id text not null
column run.invoke_action_addrs jsonb
column run.is_destroy boolean not null
column run.message text not null
column run.needs_confirmation boolean not null default false
column run.organization_id text not null
column run.phases jsonb not null default '[]'::jsonb
column run.plan_only boolean not null
column run.refresh boolean not null
column run.refresh_only boolean not null
column run.replace_addrs jsonb
column run.save_plan boolean not null
column run.sequence bigint not null
column run.source text not null
column run.status text not null default 'pending'::text
column run.status_timestamps jsonb not null default '{}'::jsonb
column run.status_version integer not null default 0
column run.target_addrs jsonb
column run.terraform_version text not null
column run.trigger_reason text not null default 'manual'::text
column run.triggering_run_id text
column run.triggering_source_id text
column run.triggering_source_name text
column run.updated_at timestamp with time zone not null default now()
column run.variables jsonb not null default '[]'::jsonb
column run.workspace_id text not null
column run_approval.comment text
column run_approval.created_at timestamp with time zone not null default now()
column run_approval.decided_at timestamp with time zone
column run_approval.decided_by text
column run_approval.decision text
column run_approval.expires_at timestamp with time zone not null
column run_approval.id text not null
column run_approval.plan_digest text not null
column run_approval.requested_by text
column run_approval.requested_with text not null
column run_approval.run_id text not null
column run_event.action text not null
column run_event.actor_id text
column run_event.agent text
column run_event.comment_id text
column run_event.created_at timestamp with time zone not null default now()
column run_event.description text not null default ''::text
column run_event.id text not null
column run_event.run_id text not null
column run_event.sequence bigint not null
column run_event.written_in xid8 not null default pg_current_xact_id()
column run_phase.additions integer
column run_phase.agent_id text
column run_phase.agent_pool_id text
column run_phase.changes integer
column run_phase.destructions integer
column run_phase.error_shown_at timestamp with time zone
column run_phase.errored_state_sha256 text
column run_phase.generated_configuration boolean not null default false
column run_phase.heartbeat_at timestamp with time zone
column run_phase.id text not null
column run_phase.imports integer
column run_phase.input_state_version_id text
column run_phase.kind text not null
column run_phase.lease_hash text
column run_phase.log_end text
column run_phase.modules jsonb
column run_phase.platform text
column run_phase.providers jsonb
column run_phase.risk jsonb
column run_phase.risk_score integer
column run_phase.run_id text not null
column run_phase.runner_name text
column run_phase.snapshot jsonb
column run_phase.status text not null default 'pending'::text
column run_phase.status_timestamps jsonb not null default '{}'::jsonb
column run_phase.structured_log boolean not null
column run_request.created_at timestamp with time zone not null default now()
column run_request.key text not null
column run_request.request_hash text not null
column run_request.run_id text not null
column run_request.user_id text not null
column run_status.final boolean not null
column run_status.status text not null
column run_task.created_at timestamp with time zone not null default now()
column run_task.description text not null default ''::text
column run_task.enabled boolean not null default true
column run_task.global_level text not null default 'advisory'::text
column run_task.global_stages jsonb not null default '[]'::jsonb
column run_task.id text not null
column run_task.is_global boolean not null default false
column run_task.name text not null
column run_task.organization_id text not null
column run_task.overridable boolean not null default false
column run_task.sealed_hmac_key text
column run_task.updated_at timestamp with time zone not null default now()
column run_task.url text not null
column run_transition.from_status text not null
column run_transition.to_status text not null
column run_trigger.created_at timestamp with time zone not null default now()
column run_trigger.id text not null
column run_trigger.organization_id text not null
column run_trigger.sourceable_id text not null
column run_trigger.workspace_id text not null
column run_variables.entries jsonb not null
column run_variables.run_id text not null
column run_variables.sealed_values text
column server_runner.identity text not null
column server_runner.last_seen_at timestamp with time zone not null
column server_runner.name text not null
column session.address text not null
column session.created_at timestamp with time zone not null default now()
column session.expires_at timestamp with time zone not null
column session.id text not null
column session.last_used_at timestamp with time zone not null default now()
column session.method text not null
column session.secret_hash text not null
column session.token_id text
column session.user_agent text not null
column session.user_id text not null
column ssh_key.created_at timestamp with time zone not null default now()
column ssh_key.id text not null
column ssh_key.name text not null
column ssh_key.organization_id text not null
column ssh_key.sealed_value text not null
column state_version.content_lineage text
column state_version.content_serial bigint
column state_version.created_at timestamp with time zone not null default now()
column state_version.created_by text
column state_version.drift_run_id text
column state_version.drifted integer
column state_version.finalized_at timestamp with time zone
column state_version.forced boolean not null default false
column state_version.format_version integer
column state_version.id text not null
column state_version.intermediate boolean not null default false
column state_version.is_partial boolean not null default false
column state_version.json_state_sha256 text
column state_version.lineage text not null
column state_version.md5 text not null
column state_version.modules jsonb not null default '{}'::jsonb
column state_version.providers jsonb not null default '{}'::jsonb
column state_version.resource_count integer not null default 0
column state_version.resources jsonb not null default '[]'::jsonb
column state_version.rollback_state_version_id text
column state_version.run_id text
column state_version.sequence bigint not null
column state_version.serial bigint not null
column state_version.sha256 text
column state_version.size_bytes bigint
column state_version.status text not null default 'finalized'::text
column state_version.terraform_version text
column state_version.workspace_id text not null
column state_version_output.detailed_type text
column state_version_output.id text not null
column state_version_output.name text not null
column state_version_output.sensitive boolean not null
column state_version_output.state_version_id text not null
column state_version_output.value text
column state_version_output.value_end bigint
column state_version_output.value_start bigint
column tag.created_at timestamp with time zone not null default now()
column tag.id text not null
column tag.name text not null
column tag.organization_id text not null
column task_result.answered_at timestamp with time zone
column task_result.asked_at timestamp with time zone
column task_result.attempts integer not null default 0
column task_result.created_at timestamp with time zone not null default now()
column task_result.delivered_at timestamp with time zone
column task_result.id text not null
column task_result.level text not null
column task_result.message text not null default ''::text
column task_result.next_attempt_at timestamp with time zone
column task_result.overridable boolean not null
column task_result.run_task_id text
column task_result.sealed_access_token text
column task_result.status text not null
column task_result.status_timestamps jsonb not null default '{}'::jsonb
column task_result.task_name text not null
column task_result.task_stage_id text not null
column task_result.task_url text not null
column task_result.updated_at timestamp with time zone not null default now()
column task_result.url text
column task_result.workspace_task_id text
column task_result_outcome.body text not null
column task_result_outcome.created_at timestamp with time zone not null default now()
column task_result_outcome.description text not null
column task_result_outcome.id text not null
column task_result_outcome.outcome_id text not null
column task_result_outcome.position integer not null
column task_result_outcome.tags jsonb not null default '{}'::jsonb
column task_result_outcome.task_result_id text not null
column task_result_outcome.url text
column task_stage.created_at timestamp with time zone not null default now()
column task_stage.id text not null
column task_stage.overridden_by text
column task_stage.override_comment text
column task_stage.policy_message text
column task_stage.policy_status text
column task_stage.run_id text not null
column task_stage.stage text not null
column task_stage.status text not null
column task_stage.status_timestamps jsonb not null default '{}'::jsonb
column task_stage.updated_at timestamp with time zone not null default now()
column team.allow_member_token_management boolean not null default true
column team.created_at timestamp with time zone not null default now()
column team.id text not null
column team.is_owners boolean not null default false
column team.name text not null
column team.organization_access jsonb not null default '{}'::jsonb
column team.organization_id text not null
column team.service_user_id text
column team.sso_team_id text
column team.visibility text not null default 'secret'::text
column team_member.organization_id text not null
column team_member.origin text not null default 'person'::text
column team_member.team_id text not null
column team_member.user_id text not null
column team_project.access text not null
column team_project.created_at timestamp with time zone not null default now()
column team_project.details jsonb
column team_project.id text not null
column team_project.organization_id text not null
column team_project.project_id text not null
column team_project.team_id text not null
column team_workspace.access text not null
column team_workspace.created_at timestamp with time zone not null default now()
column team_workspace.details jsonb
column team_workspace.id text not null
column team_workspace.organization_id text not null
column team_workspace.team_id text not null
column team_workspace.workspace_id text not null
column token.agent_pool_id text
column token.created_at timestamp with time zone not null default now()
column token.created_by text
column token.description text not null default ''::text
column token.expires_at timestamp with time zone
column token.id text not null
column token.is_single boolean not null default false
column token.kind text not null
column token.last_used_at timestamp with time zone
column token.organization_id text
column token.run_id text
column token.secret_hash text not null
column token.task_result_id text
column token.team_id text
column token.user_id text
column user_identity.created_at timestamp with time zone not null default now()
column user_identity.email text
column user_identity.groups jsonb
column user_identity.issuer text not null
column user_identity.last_sign_in_at timestamp with time zone not null default now()
column user_identity.subject text not null
column user_identity.user_id text not null
column users.created_at timestamp with time zone not null default now()
column users.email text not null
column users.id text not null
column users.is_service_account boolean not null default false
column users.is_site_admin boolean not null default false
column users.unconfirmed_email text
column users.username text not null
column variable.category text not null
column variable.created_at timestamp with time zone not null default now()
column variable.description text
column variable.hcl boolean not null
column variable.id text not null
column variable.key text not null
column variable.sealed_value text
column variable.sensitive boolean not null
column variable.updated_at timestamp with time zone not null default now()
column variable.value text
column variable.value_bytes integer not null
column variable.varset_id text
column variable.version_id text not null
column variable.workspace_id text
column varset.created_at timestamp with time zone not null default now()
column varset.description text not null default ''::text
column varset.id text not null
column varset.is_global boolean not null default false
column varset.name text not null
column varset.organization_id text not null
column varset.priority boolean not null default false
column varset.project_id text
column varset.updated_at timestamp with time zone not null default now()
column varset_project.organization_id text not null
column varset_project.project_id text not null
column varset_project.varset_id text not null
column varset_workspace.organization_id text not null
column varset_workspace.varset_id text not null
column varset_workspace.workspace_id text not null
column workspace.agent_pool_id text
column workspace.allow_destroy_plan boolean not null default true
column workspace.approval_rules jsonb not null default '[]'::jsonb
column workspace.auto_apply boolean not null default false
column workspace.auto_apply_below_risk integer
column workspace.auto_apply_run_trigger boolean not null default false
column workspace.change_windows jsonb not null default '[]'::jsonb
column workspace.client_settings jsonb not null default '{}'::jsonb
column workspace.created_at timestamp with time zone not null default now()
column workspace.current_configuration_version_id text
column workspace.current_state_version_id text
column workspace.description text
column workspace.engine text
column workspace.execution_mode text not null default 'remote'::text
column workspace.global_remote_state boolean not null default false
column workspace.id text not null
column workspace.lock_reason text
column workspace.locked_at timestamp with time zone
column workspace.locked_by text
column workspace.mcp_apply_approval boolean not null default false
column workspace.name text not null
column workspace.organization_id text not null
column workspace.overrides_execution boolean not null default true
column workspace.project_id text not null
column workspace.project_remote_state boolean not null default false
column workspace.queue_all_runs boolean not null default false
column workspace.source text not null default 'tfe-api'::text
column workspace.speculative_enabled boolean not null default true
column workspace.ssh_key_id text
column workspace.structured_run_output_enabled boolean not null default true
column workspace.terraform_version text not null default 'latest'::text
column workspace.updated_at timestamp with time zone not null default now()
column workspace.working_directory text not null default ''::text
column workspace_resource.address text not null
column workspace_resource.created_at timestamp with time zone not null default now()
column workspace_resource.digest text not null
column workspace_resource.id text not null
column workspace_resource.modified_by_state_version_id text not null
column workspace_resource.module text not null
column workspace_resource.name text not null
column workspace_resource.name_index text
column workspace_resource.provider text not null
column workspace_resource.type text not null
column workspace_resource.updated_at timestamp with time zone not null default now()
column workspace_resource.workspace_id text not null
column workspace_tag.organization_id text not null
column workspace_tag.tag_id text not null
column workspace_tag.workspace_id text not null
column workspace_tag_binding.key text not null
column workspace_tag_binding.value text not null
column workspace_tag_binding.workspace_id text not null
column workspace_task.created_at timestamp with time zone not null default now()
column workspace_task.id text not null
column workspace_task.level text not null
column workspace_task.run_task_id text not null
column workspace_task.stages jsonb not null
column workspace_task.updated_at timestamp with time zone not null default now()
column workspace_task.workspace_id text not null
function CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    raise exception 'the audit trail only grows: % on % is refused', tg_op, tg_table_name using errcode = '23514';
  end $function$

function CREATE OR REPLACE FUNCTION public.run_forgets_secrets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update run_variables set sealed_values = null
    where run_id = new.id and sealed_values is not null
      and exists (select from run_status where status = new.status and final);
    return null;
  end $function$

function CREATE OR REPLACE FUNCTION public.run_insert_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if new.status <> 'pending' then
      raise exception 'a run starts pending, not %', new.status using errcode = '23514';
    end if;
    return new;
  end $function$

function CREATE OR REPLACE FUNCTION public.run_phases_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if new.phases is distinct from old.phases then
      raise exception 'the phases of a run cannot be changed' using errcode = '23514';
    end if;
    return new;
  end $function$

function CREATE OR REPLACE FUNCTION public.run_update_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if (new.id, new.sequence, new.organization_id, new.workspace_id, new.configuration_version_id, new.plan_only,
        new.save_plan, new.is_destroy, new.variables) is distinct from
       (old.id, old.sequence, old.organization_id, old.workspace_id, old.configuration_version_id, old.plan_only,
        old.save_plan, old.is_destroy, old.variables) then
      raise exception 'what a run was created with cannot be changed' using errcode = '23514';
    end if;
    if new.status is distinct from old.status then
      if not exists (select from run_transition where from_status = old.status and to_status = new.status) then
        raise exception 'a run cannot go from % to %', old.status, new.status using errcode = '23514';
      end if;
      if old.status = 'pending' and not new.plan_only and not new.save_plan
         and new.status not in ('canceled', 'discarded', 'errored', 'force_canceled')
         and exists (select from run older where older.workspace_id = new.workspace_id and older.status = 'pending'
                     and not older.plan_only and not older.save_plan and older.sequence < new.sequence) then
        raise exception 'an older run of the workspace is still waiting' using errcode = '23514';
      end if;
      new.status_version := old.status_version + 1;
    end if;
    return new;
  end $function$

function CREATE OR REPLACE FUNCTION public.run_variables_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if (new.run_id, new.entries) is distinct from (old.run_id, old.entries) then
      raise exception 'what a run was created with cannot be changed' using errcode = '23514';
    end if;
    return new;
  end $function$

index CREATE INDEX agent_pool_excluded_workspace_workspace ON public.agent_pool_excluded_workspace USING btree (workspace_id)
index CREATE INDEX audit_entry_organization ON public.audit_entry USING btree (organization_id, sequence)
index CREATE INDEX comment_run ON public.comment USING btree (run_id, created_at)
index CREATE INDEX configuration_version_sha256 ON public.configuration_version USING btree (sha256) WHERE (sha256 IS NOT NULL)
index CREATE INDEX configuration_version_workspace ON public.configuration_version USING btree (workspace_id, created_at DESC)
index CREATE INDEX mirrored_provider_sha256 ON public.mirrored_provider USING btree (sha256)
index CREATE INDEX notification_configuration_project ON public.notification_configuration USING btree (project_id)
index CREATE INDEX notification_configuration_team ON public.notification_configuration USING btree (team_id)
index CREATE INDEX notification_configuration_workspace ON public.notification_configuration USING btree (workspace_id)
index CREATE INDEX notification_delivery_configuration ON public.notification_delivery USING btree (configuration_id, run_id, sequence)
index CREATE INDEX notification_delivery_run ON public.notification_delivery USING btree (run_id)
index CREATE INDEX notification_delivery_waiting ON public.notification_delivery USING btree (next_attempt_at) WHERE (status = 'waiting'::text)
index CREATE INDEX organization_member_user ON public.organization_member USING btree (user_id)
index CREATE INDEX phase_artifact_sha256 ON public.phase_artifact USING btree (sha256)
index CREATE INDEX policy_set_outcome_evaluation ON public.policy_set_outcome USING btree (policy_evaluation_id)
index CREATE INDEX policy_set_policy_policy ON public.policy_set_policy USING btree (policy_id)
index CREATE INDEX policy_set_project_project ON public.policy_set_project USING btree (project_id)
index CREATE INDEX policy_set_version_blob ON public.policy_set_version USING btree (sha256)
index CREATE INDEX policy_set_version_set ON public.policy_set_version USING btree (policy_set_id, created_at DESC)
index CREATE INDEX policy_set_workspace_workspace ON public.policy_set_workspace USING btree (workspace_id)
index CREATE INDEX project_default_agent_pool ON public.project USING btree (default_agent_pool_id) WHERE (default_agent_pool_id IS NOT NULL)
index CREATE INDEX provider_store_order_created_by ON public.provider_store_order USING btree (created_by)
index CREATE INDEX provider_store_order_store ON public.provider_store_order USING btree (provider_store_id, created_at)
index CREATE INDEX registry_module_version_sha256 ON public.registry_module_version USING btree (sha256) WHERE (sha256 IS NOT NULL)
index CREATE INDEX registry_provider_platform_sha256 ON public.registry_provider_platform USING btree (sha256) WHERE (sha256 IS NOT NULL)
index CREATE INDEX registry_provider_version_key ON public.registry_provider_version USING btree (key_id)
index CREATE INDEX remote_state_consumer_consumer ON public.remote_state_consumer USING btree (consumer_id)
index CREATE INDEX resource_change_address ON public.resource_change USING btree (workspace_id, md5(address), sequence)
index CREATE INDEX resource_change_version ON public.resource_change USING btree (state_version_id)
index CREATE INDEX resource_change_workspace ON public.resource_change USING btree (workspace_id, sequence)
index CREATE INDEX run_approval_run ON public.run_approval USING btree (run_id)
index CREATE INDEX run_configuration_version ON public.run USING btree (configuration_version_id)
index CREATE INDEX run_event_order ON public.run_event USING btree (written_in, sequence)
index CREATE INDEX run_event_run ON public.run_event USING btree (run_id, sequence)
index CREATE INDEX run_in_queue ON public.run USING btree (organization_id, sequence) WHERE (status = ANY (ARRAY['plan_queued'::text, 'planning'::text, 'apply_queued'::text, 'applying'::text]))
index CREATE INDEX run_organization ON public.run USING btree (organization_id, sequence DESC)
index CREATE INDEX run_phase_agent ON public.run_phase USING btree (agent_id) WHERE (agent_id IS NOT NULL)
index CREATE INDEX run_phase_agent_pool ON public.run_phase USING btree (agent_pool_id) WHERE (agent_pool_id IS NOT NULL)
index CREATE INDEX run_phase_errored_state_sha256 ON public.run_phase USING btree (errored_state_sha256) WHERE (errored_state_sha256 IS NOT NULL)
index CREATE INDEX run_phase_running ON public.run_phase USING btree (heartbeat_at) WHERE (status = 'running'::text)
index CREATE INDEX run_phase_snapshot_sha256 ON public.run_phase USING btree (((snapshot ->> 'sha256'::text))) WHERE (snapshot IS NOT NULL)
index CREATE INDEX run_request_age ON public.run_request USING btree (created_at)
index CREATE INDEX run_request_run ON public.run_request USING btree (run_id)
index CREATE INDEX run_trigger_sourceable ON public.run_trigger USING btree (sourceable_id)
index CREATE INDEX run_triggering_run ON public.run USING btree (triggering_run_id) WHERE (triggering_run_id IS NOT NULL)
index CREATE INDEX run_triggering_source ON public.run USING btree (triggering_source_id) WHERE (triggering_source_id IS NOT NULL)
index CREATE INDEX run_waiting ON public.run USING btree (workspace_id, sequence) WHERE (status = ANY (ARRAY['pending'::text, 'confirmed'::text]))
index CREATE INDEX run_workspace ON public.run USING btree (workspace_id, sequence DESC)
index CREATE INDEX run_workspace_applyable ON public.run USING btree (workspace_id, sequence DESC) INCLUDE (status, source, created_at, is_destroy, save_plan, refresh_only, allow_empty_apply) WHERE (NOT plan_only)
index CREATE INDEX run_workspace_status ON public.run USING btree (workspace_id, status, sequence DESC)
index CREATE INDEX session_of_token ON public.session USING btree (token_id)
index CREATE INDEX session_of_user ON public.session USING btree (user_id)
index CREATE INDEX state_version_drift_run ON public.state_version USING btree (drift_run_id) WHERE (drift_run_id IS NOT NULL)
index CREATE INDEX state_version_json_sha256 ON public.state_version USING btree (json_state_sha256) WHERE (json_state_sha256 IS NOT NULL)
index CREATE INDEX state_version_run ON public.state_version USING btree (run_id)
index CREATE INDEX state_version_sha256 ON public.state_version USING btree (sha256) WHERE (sha256 IS NOT NULL)
index CREATE INDEX state_version_workspace ON public.state_version USING btree (workspace_id, created_at DESC)
index CREATE INDEX task_result_running ON public.task_result USING btree (next_attempt_at) WHERE (status = 'running'::text)
index CREATE INDEX task_result_stage ON public.task_result USING btree (task_stage_id)
index CREATE INDEX task_result_task ON public.task_result USING btree (run_task_id)
index CREATE INDEX task_result_workspace_task ON public.task_result USING btree (workspace_task_id)
index CREATE INDEX team_member_user ON public.team_member USING btree (user_id, organization_id)
index CREATE INDEX team_project_team ON public.team_project USING btree (team_id)
index CREATE INDEX team_workspace_team ON public.team_workspace USING btree (team_id)
index CREATE INDEX token_agent_pool ON public.token USING btree (agent_pool_id) WHERE (agent_pool_id IS NOT NULL)
index CREATE INDEX token_run ON public.token USING btree (run_id)
index CREATE INDEX token_task_result ON public.token USING btree (task_result_id) WHERE (task_result_id IS NOT NULL)
index CREATE INDEX token_team ON public.token USING btree (team_id)
index CREATE INDEX token_user ON public.token USING btree (user_id)
index CREATE INDEX user_identity_of_user ON public.user_identity USING btree (user_id)
index CREATE INDEX users_email ON public.users USING btree (lower(email))
index CREATE INDEX varset_project_project ON public.varset_project USING btree (project_id)
index CREATE INDEX varset_workspace_workspace ON public.varset_workspace USING btree (workspace_id)
index CREATE INDEX workspace_agent_pool ON public.workspace USING btree (agent_pool_id) WHERE (agent_pool_id IS NOT NULL)
index CREATE INDEX workspace_inherits_execution ON public.workspace USING btree (organization_id) WHERE (NOT overrides_execution)
index CREATE INDEX workspace_project ON public.workspace USING btree (project_id)
index CREATE INDEX workspace_resource_version ON public.workspace_resource USING btree (modified_by_state_version_id)
index CREATE INDEX workspace_ssh_key ON public.workspace USING btree (ssh_key_id) WHERE (ssh_key_id IS NOT NULL)
index CREATE INDEX workspace_tag_tag ON public.workspace_tag USING btree (tag_id)
index CREATE INDEX workspace_task_task ON public.workspace_task USING btree (run_task_id)
index CREATE UNIQUE INDEX agent_agent_pool_id_identity_key ON public.agent USING btree (agent_pool_id, identity)
index CREATE UNIQUE INDEX agent_pkey ON public.agent USING btree (id)
index CREATE UNIQUE INDEX agent_pool_excluded_workspace_pkey ON public.agent_pool_excluded_workspace USING btree (agent_pool_id, workspace_id)
index CREATE UNIQUE INDEX agent_pool_organization_id_id_key ON public.agent_pool USING btree (organization_id, id)
index CREATE UNIQUE INDEX agent_pool_organization_id_name_key ON public.agent_pool USING btree (organization_id, name)
index CREATE UNIQUE INDEX agent_pool_pkey ON public.agent_pool USING btree (id)
index CREATE UNIQUE INDEX agent_pool_project_pkey ON public.agent_pool_project USING btree (agent_pool_id, project_id)
index CREATE UNIQUE INDEX agent_pool_workspace_pkey ON public.agent_pool_workspace USING btree (agent_pool_id, workspace_id)
index CREATE UNIQUE INDEX audit_entry_pkey ON public.audit_entry USING btree (id)
index CREATE UNIQUE INDEX audit_entry_sequence_key ON public.audit_entry USING btree (sequence)
index CREATE UNIQUE INDEX audit_seal_pkey ON public.audit_seal USING btree ("position")
index CREATE UNIQUE INDEX audit_seal_sequence_key ON public.audit_seal USING btree (sequence)
index CREATE UNIQUE INDEX comment_pkey ON public.comment USING btree (id)
index CREATE UNIQUE INDEX configuration_readme_pkey ON public.configuration_readme USING btree (configuration_version_id)
index CREATE UNIQUE INDEX configuration_version_pkey ON public.configuration_version USING btree (id)
index CREATE UNIQUE INDEX configuration_version_workspace_id_id_key ON public.configuration_version USING btree (workspace_id, id)
index CREATE UNIQUE INDEX cost_estimate_pkey ON public.cost_estimate USING btree (id)
index CREATE UNIQUE INDEX cost_estimate_run_id_key ON public.cost_estimate USING btree (run_id)
index CREATE UNIQUE INDEX general_settings_pkey ON public.general_settings USING btree (id)
index CREATE UNIQUE INDEX kysely_migration_lock_pkey ON public.kysely_migration_lock USING btree (id)
index CREATE UNIQUE INDEX kysely_migration_pkey ON public.kysely_migration USING btree (name)
index CREATE UNIQUE INDEX login_code_pkey ON public.login_code USING btree (code_hash)
index CREATE UNIQUE INDEX mirrored_provider_organization_id_host_namespace_type_versi_key ON public.mirrored_provider USING btree (organization_id, host, namespace, type, version, platform)
index CREATE UNIQUE INDEX mirrored_provider_pkey ON public.mirrored_provider USING btree (id)
index CREATE UNIQUE INDEX notification_configuration_pkey ON public.notification_configuration USING btree (id)
index CREATE UNIQUE INDEX notification_delivery_pkey ON public.notification_delivery USING btree (id)
index CREATE UNIQUE INDEX notification_delivery_sequence_key ON public.notification_delivery USING btree (sequence)
index CREATE UNIQUE INDEX organization_member_id_key ON public.organization_member USING btree (id)
index CREATE UNIQUE INDEX organization_member_pkey ON public.organization_member USING btree (organization_id, user_id)
index CREATE UNIQUE INDEX organization_name_key ON public.organization USING btree (name)
index CREATE UNIQUE INDEX organization_pkey ON public.organization USING btree (id)
index CREATE UNIQUE INDEX password_pkey ON public.password USING btree (user_id)
index CREATE UNIQUE INDEX password_reset_code_hash_key ON public.password_reset USING btree (code_hash)
index CREATE UNIQUE INDEX password_reset_pkey ON public.password_reset USING btree (user_id)
index CREATE UNIQUE INDEX phase_artifact_pkey ON public.phase_artifact USING btree (phase_id, name)
index CREATE UNIQUE INDEX plan_approval_pkey ON public.plan_approval USING btree (id)
index CREATE UNIQUE INDEX plan_approval_run_id_user_id_key ON public.plan_approval USING btree (run_id, user_id)
index CREATE UNIQUE INDEX policy_check_pkey ON public.policy_check USING btree (id)
index CREATE UNIQUE INDEX policy_check_run_id_key ON public.policy_check USING btree (run_id)
index CREATE UNIQUE INDEX policy_evaluation_pkey ON public.policy_evaluation USING btree (id)
index CREATE UNIQUE INDEX policy_evaluation_policy_check_id_kind_key ON public.policy_evaluation USING btree (policy_check_id, kind)
index CREATE UNIQUE INDEX policy_evaluation_stage ON public.policy_evaluation USING btree (task_stage_id, kind)
index CREATE UNIQUE INDEX policy_organization_id_name_key ON public.policy USING btree (organization_id, name)
index CREATE UNIQUE INDEX policy_pkey ON public.policy USING btree (id)
index CREATE UNIQUE INDEX policy_set_organization_id_name_key ON public.policy_set USING btree (organization_id, name)
index CREATE UNIQUE INDEX policy_set_outcome_pkey ON public.policy_set_outcome USING btree (id)
index CREATE UNIQUE INDEX policy_set_parameter_pkey ON public.policy_set_parameter USING btree (id)
index CREATE UNIQUE INDEX policy_set_parameter_policy_set_id_key_key ON public.policy_set_parameter USING btree (policy_set_id, key)
index CREATE UNIQUE INDEX policy_set_pkey ON public.policy_set USING btree (id)
index CREATE UNIQUE INDEX policy_set_policy_pkey ON public.policy_set_policy USING btree (policy_set_id, policy_id)
index CREATE UNIQUE INDEX policy_set_project_pkey ON public.policy_set_project USING btree (policy_set_id, project_id, excluded)
index CREATE UNIQUE INDEX policy_set_version_pkey ON public.policy_set_version USING btree (id)
index CREATE UNIQUE INDEX policy_set_version_policy_set_id_id_key ON public.policy_set_version USING btree (policy_set_id, id)
index CREATE UNIQUE INDEX policy_set_workspace_pkey ON public.policy_set_workspace USING btree (policy_set_id, workspace_id, excluded)
index CREATE UNIQUE INDEX price_book_organization_id_name_key ON public.price_book USING btree (organization_id, name)
index CREATE UNIQUE INDEX price_book_pkey ON public.price_book USING btree (id)
index CREATE UNIQUE INDEX price_book_version_pkey ON public.price_book_version USING btree (price_book_id, version)
index CREATE UNIQUE INDEX project_default ON public.project USING btree (organization_id) WHERE is_default
index CREATE UNIQUE INDEX project_organization_id_id_key ON public.project USING btree (organization_id, id)
index CREATE UNIQUE INDEX project_organization_id_name_key ON public.project USING btree (organization_id, name)
index CREATE UNIQUE INDEX project_pkey ON public.project USING btree (id)
index CREATE UNIQUE INDEX project_tag_binding_pkey ON public.project_tag_binding USING btree (project_id, key)
index CREATE UNIQUE INDEX provider_store_agent_pool_id_key_key ON public.provider_store USING btree (agent_pool_id, key) NULLS NOT DISTINCT
index CREATE UNIQUE INDEX provider_store_order_pkey ON public.provider_store_order USING btree (id)
index CREATE UNIQUE INDEX provider_store_pkey ON public.provider_store USING btree (id)
index CREATE UNIQUE INDEX registry_key_organization_id_key_id_key ON public.registry_key USING btree (organization_id, key_id)
index CREATE UNIQUE INDEX registry_key_pkey ON public.registry_key USING btree (id)
index CREATE UNIQUE INDEX registry_module_organization_id_name_provider_key ON public.registry_module USING btree (organization_id, name, provider)
index CREATE UNIQUE INDEX registry_module_pkey ON public.registry_module USING btree (id)
index CREATE UNIQUE INDEX registry_module_version_module_id_version_key ON public.registry_module_version USING btree (module_id, version)
index CREATE UNIQUE INDEX registry_module_version_pkey ON public.registry_module_version USING btree (id)
index CREATE UNIQUE INDEX registry_provider_organization_id_name_key ON public.registry_provider USING btree (organization_id, name)
index CREATE UNIQUE INDEX registry_provider_pkey ON public.registry_provider USING btree (id)
index CREATE UNIQUE INDEX registry_provider_platform_pkey ON public.registry_provider_platform USING btree (id)
index CREATE UNIQUE INDEX registry_provider_platform_version_id_os_arch_key ON public.registry_provider_platform USING btree (version_id, os, arch)
index CREATE UNIQUE INDEX registry_provider_version_pkey ON public.registry_provider_version USING btree (id)
index CREATE UNIQUE INDEX registry_provider_version_provider_id_version_key ON public.registry_provider_version USING btree (provider_id, version)
index CREATE UNIQUE INDEX registry_release_pkey ON public.registry_release USING btree (organization_id, name)
index CREATE UNIQUE INDEX remote_state_consumer_pkey ON public.remote_state_consumer USING btree (workspace_id, consumer_id)
index CREATE UNIQUE INDEX resource_change_pkey ON public.resource_change USING btree (sequence)
index CREATE UNIQUE INDEX run_approval_pkey ON public.run_approval USING btree (id)
index CREATE UNIQUE INDEX run_event_pkey ON public.run_event USING btree (id)
index CREATE UNIQUE INDEX run_event_sequence_key ON public.run_event USING btree (sequence)
index CREATE UNIQUE INDEX run_one_holder ON public.run USING btree (workspace_id) WHERE holds_workspace
index CREATE UNIQUE INDEX run_phase_pkey ON public.run_phase USING btree (id)
index CREATE UNIQUE INDEX run_phase_run_id_kind_key ON public.run_phase USING btree (run_id, kind)
index CREATE UNIQUE INDEX run_pkey ON public.run USING btree (id)
index CREATE UNIQUE INDEX run_request_pkey ON public.run_request USING btree (user_id, key)
index CREATE UNIQUE INDEX run_sequence_key ON public.run USING btree (sequence)
index CREATE UNIQUE INDEX run_status_pkey ON public.run_status USING btree (status)
index CREATE UNIQUE INDEX run_task_organization_id_name_key ON public.run_task USING btree (organization_id, name)
index CREATE UNIQUE INDEX run_task_pkey ON public.run_task USING btree (id)
index CREATE UNIQUE INDEX run_transition_pkey ON public.run_transition USING btree (from_status, to_status)
index CREATE UNIQUE INDEX run_trigger_pkey ON public.run_trigger USING btree (id)
index CREATE UNIQUE INDEX run_trigger_workspace_id_sourceable_id_key ON public.run_trigger USING btree (workspace_id, sourceable_id)
index CREATE UNIQUE INDEX run_variables_pkey ON public.run_variables USING btree (run_id)
index CREATE UNIQUE INDEX run_workspace_id_triggering_run_id_key ON public.run USING btree (workspace_id, triggering_run_id)
index CREATE UNIQUE INDEX server_runner_pkey ON public.server_runner USING btree (identity)
index CREATE UNIQUE INDEX session_pkey ON public.session USING btree (id)
index CREATE UNIQUE INDEX session_secret_hash_key ON public.session USING btree (secret_hash)
index CREATE UNIQUE INDEX ssh_key_organization_id_id_key ON public.ssh_key USING btree (organization_id, id)
index CREATE UNIQUE INDEX ssh_key_pkey ON public.ssh_key USING btree (id)
index CREATE UNIQUE INDEX state_version_output_pkey ON public.state_version_output USING btree (id)
index CREATE UNIQUE INDEX state_version_output_state_version_id_name_key ON public.state_version_output USING btree (state_version_id, name)
index CREATE UNIQUE INDEX state_version_pending ON public.state_version USING btree (workspace_id) WHERE (status = 'pending'::text)
index CREATE UNIQUE INDEX state_version_pkey ON public.state_version USING btree (id)
index CREATE UNIQUE INDEX state_version_sequence ON public.state_version USING btree (workspace_id, sequence)
index CREATE UNIQUE INDEX state_version_workspace_id_id_key ON public.state_version USING btree (workspace_id, id)
index CREATE UNIQUE INDEX tag_organization_id_id_key ON public.tag USING btree (organization_id, id)
index CREATE UNIQUE INDEX tag_organization_id_name_key ON public.tag USING btree (organization_id, name)
index CREATE UNIQUE INDEX tag_pkey ON public.tag USING btree (id)
index CREATE UNIQUE INDEX task_result_outcome_pkey ON public.task_result_outcome USING btree (id)
index CREATE UNIQUE INDEX task_result_outcome_task_result_id_position_key ON public.task_result_outcome USING btree (task_result_id, "position")
index CREATE UNIQUE INDEX task_result_pkey ON public.task_result USING btree (id)
index CREATE UNIQUE INDEX task_stage_pkey ON public.task_stage USING btree (id)
index CREATE UNIQUE INDEX task_stage_run_id_stage_key ON public.task_stage USING btree (run_id, stage)
index CREATE UNIQUE INDEX team_member_pkey ON public.team_member USING btree (team_id, user_id)
index CREATE UNIQUE INDEX team_organization_id_id_key ON public.team USING btree (organization_id, id)
index CREATE UNIQUE INDEX team_organization_id_name_key ON public.team USING btree (organization_id, name)
index CREATE UNIQUE INDEX team_pkey ON public.team USING btree (id)
index CREATE UNIQUE INDEX team_project_pkey ON public.team_project USING btree (id)
index CREATE UNIQUE INDEX team_project_project_id_team_id_key ON public.team_project USING btree (project_id, team_id)
index CREATE UNIQUE INDEX team_workspace_pkey ON public.team_workspace USING btree (id)
index CREATE UNIQUE INDEX team_workspace_workspace_id_team_id_key ON public.team_workspace USING btree (workspace_id, team_id)
index CREATE UNIQUE INDEX token_organization ON public.token USING btree (organization_id, kind)
index CREATE UNIQUE INDEX token_pkey ON public.token USING btree (id)
index CREATE UNIQUE INDEX token_secret_hash_key ON public.token USING btree (secret_hash)
index CREATE UNIQUE INDEX token_team_single ON public.token USING btree (team_id) WHERE is_single
index CREATE UNIQUE INDEX user_identity_pkey ON public.user_identity USING btree (issuer, subject)
index CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)
index CREATE UNIQUE INDEX users_username_key ON public.users USING btree (username)
index CREATE UNIQUE INDEX variable_pkey ON public.variable USING btree (id)
index CREATE UNIQUE INDEX variable_varset_id_category_key_key ON public.variable USING btree (varset_id, category, key)
index CREATE UNIQUE INDEX variable_workspace_id_category_key_key ON public.variable USING btree (workspace_id, category, key)
index CREATE UNIQUE INDEX varset_organization_id_id_key ON public.varset USING btree (organization_id, id)
index CREATE UNIQUE INDEX varset_organization_id_name_key ON public.varset USING btree (organization_id, name)
index CREATE UNIQUE INDEX varset_pkey ON public.varset USING btree (id)
index CREATE UNIQUE INDEX varset_project_pkey ON public.varset_project USING btree (varset_id, project_id)
index CREATE UNIQUE INDEX varset_workspace_pkey ON public.varset_workspace USING btree (varset_id, workspace_id)
index CREATE UNIQUE INDEX workspace_organization_id_id_key ON public.workspace USING btree (organization_id, id)
index CREATE UNIQUE INDEX workspace_organization_id_name_key ON public.workspace USING btree (organization_id, name)
index CREATE UNIQUE INDEX workspace_pkey ON public.workspace USING btree (id)
index CREATE UNIQUE INDEX workspace_resource_address ON public.workspace_resource USING btree (workspace_id, md5(address))
index CREATE UNIQUE INDEX workspace_resource_pkey ON public.workspace_resource USING btree (id)
index CREATE UNIQUE INDEX workspace_tag_binding_pkey ON public.workspace_tag_binding USING btree (workspace_id, key)
index CREATE UNIQUE INDEX workspace_tag_pkey ON public.workspace_tag USING btree (workspace_id, tag_id)
index CREATE UNIQUE INDEX workspace_task_pkey ON public.workspace_task USING btree (id)
index CREATE UNIQUE INDEX workspace_task_workspace_id_run_task_id_key ON public.workspace_task USING btree (workspace_id, run_task_id)
rule agent.agent_agent_pool_id_fkey FOREIGN KEY (agent_pool_id) REFERENCES agent_pool(id) ON DELETE CASCADE
rule agent.agent_agent_pool_id_identity_key UNIQUE (agent_pool_id, identity)
rule agent.agent_pkey PRIMARY KEY (id)
rule agent_pool.agent_pool_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule agent_pool.agent_pool_organization_id_id_key UNIQUE (organization_id, id)
rule agent_pool.agent_pool_organization_id_name_key UNIQUE (organization_id, name)
rule agent_pool.agent_pool_pkey PRIMARY KEY (id)
rule agent_pool_excluded_workspace.agent_pool_excluded_workspace_organization_id_agent_pool_i_fkey FOREIGN KEY (organization_id, agent_pool_id) REFERENCES agent_pool(organization_id, id) ON DELETE CASCADE
rule agent_pool_excluded_workspace.agent_pool_excluded_workspace_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule agent_pool_excluded_workspace.agent_pool_excluded_workspace_pkey PRIMARY KEY (agent_pool_id, workspace_id)
rule agent_pool_project.agent_pool_project_organization_id_agent_pool_id_fkey FOREIGN KEY (organization_id, agent_pool_id) REFERENCES agent_pool(organization_id, id) ON DELETE CASCADE
rule agent_pool_project.agent_pool_project_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id) ON DELETE CASCADE
rule agent_pool_project.agent_pool_project_pkey PRIMARY KEY (agent_pool_id, project_id)
rule agent_pool_workspace.agent_pool_workspace_organization_id_agent_pool_id_fkey FOREIGN KEY (organization_id, agent_pool_id) REFERENCES agent_pool(organization_id, id) ON DELETE CASCADE
rule agent_pool_workspace.agent_pool_workspace_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule agent_pool_workspace.agent_pool_workspace_pkey PRIMARY KEY (agent_pool_id, workspace_id)
rule audit_entry.audit_entry_pkey PRIMARY KEY (id)
rule audit_entry.audit_entry_sequence_key UNIQUE (sequence)
rule audit_seal.audit_seal_pkey PRIMARY KEY ("position")
rule audit_seal.audit_seal_position_check CHECK (("position" > 0))
rule audit_seal.audit_seal_sequence_fkey FOREIGN KEY (sequence) REFERENCES audit_entry(sequence)
rule audit_seal.audit_seal_sequence_key UNIQUE (sequence)
rule comment.comment_body_check CHECK ((body <> ''::text))
rule comment.comment_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule comment.comment_pkey PRIMARY KEY (id)
rule comment.comment_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule configuration_readme.configuration_readme_configuration_version_id_fkey FOREIGN KEY (configuration_version_id) REFERENCES configuration_version(id) ON DELETE CASCADE
rule configuration_readme.configuration_readme_pkey PRIMARY KEY (configuration_version_id)
rule configuration_version.configuration_version_archive_check CHECK (((status = ANY (ARRAY['uploaded'::text, 'backing_data_soft_deleted'::text])) = (sha256 IS NOT NULL)))
rule configuration_version.configuration_version_archived_check CHECK (((status <> 'archived'::text) OR (archived_at IS NOT NULL)))
rule configuration_version.configuration_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule configuration_version.configuration_version_pkey PRIMARY KEY (id)
rule configuration_version.configuration_version_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'fetching'::text, 'uploaded'::text, 'errored'::text, 'archived'::text, 'backing_data_soft_deleted'::text, 'backing_data_permanently_deleted'::text])))
rule configuration_version.configuration_version_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule configuration_version.configuration_version_workspace_id_id_key UNIQUE (workspace_id, id)
rule cost_estimate.cost_estimate_check CHECK (((status = 'finished'::text) = (delta IS NOT NULL)))
rule cost_estimate.cost_estimate_check1 CHECK ((((delta IS NULL) = (prior IS NULL)) AND ((delta IS NULL) = (proposed IS NULL))))
rule cost_estimate.cost_estimate_pkey PRIMARY KEY (id)
rule cost_estimate.cost_estimate_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule cost_estimate.cost_estimate_run_id_key UNIQUE (run_id)
rule cost_estimate.cost_estimate_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'queued'::text, 'finished'::text, 'canceled'::text, 'errored'::text, 'unreachable'::text, 'skipped_due_to_targeting'::text])))
rule general_settings.general_settings_id_check CHECK ((id = 1))
rule general_settings.general_settings_pkey PRIMARY KEY (id)
rule kysely_migration.kysely_migration_pkey PRIMARY KEY (name)
rule kysely_migration_lock.kysely_migration_lock_pkey PRIMARY KEY (id)
rule login_code.login_code_pkey PRIMARY KEY (code_hash)
rule login_code.login_code_token_id_fkey FOREIGN KEY (token_id) REFERENCES token(id) ON DELETE CASCADE
rule login_code.login_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule mirrored_provider.mirrored_provider_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
rule mirrored_provider.mirrored_provider_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule mirrored_provider.mirrored_provider_organization_id_host_namespace_type_versi_key UNIQUE (organization_id, host, namespace, type, version, platform)
rule mirrored_provider.mirrored_provider_pkey PRIMARY KEY (id)
rule notification_configuration.notification_configuration_check CHECK (((destination_type = 'email'::text) = (url IS NULL)))
rule notification_configuration.notification_configuration_destination_type_check CHECK ((destination_type = ANY (ARRAY['generic'::text, 'slack'::text, 'microsoft-teams'::text, 'email'::text])))
rule notification_configuration.notification_configuration_email_addresses_check CHECK ((jsonb_typeof(email_addresses) = 'array'::text))
rule notification_configuration.notification_configuration_one_owner CHECK ((num_nonnulls(workspace_id, project_id, team_id) = 1))
rule notification_configuration.notification_configuration_pkey PRIMARY KEY (id)
rule notification_configuration.notification_configuration_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id) ON DELETE CASCADE
rule notification_configuration.notification_configuration_team_id_fkey FOREIGN KEY (team_id) REFERENCES team(id) ON DELETE CASCADE
rule notification_configuration.notification_configuration_triggers_check CHECK ((jsonb_typeof(triggers) = 'array'::text))
rule notification_configuration.notification_configuration_user_ids_check CHECK ((jsonb_typeof(user_ids) = 'array'::text))
rule notification_configuration.notification_configuration_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule notification_delivery.notification_delivery_configuration_id_fkey FOREIGN KEY (configuration_id) REFERENCES notification_configuration(id) ON DELETE CASCADE
rule notification_delivery.notification_delivery_pkey PRIMARY KEY (id)
rule notification_delivery.notification_delivery_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule notification_delivery.notification_delivery_sequence_key UNIQUE (sequence)
rule notification_delivery.notification_delivery_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'dropped'::text])))
rule organization.organization_check CHECK (((default_execution_mode = 'agent'::text) = (default_agent_pool_id IS NOT NULL)))
rule organization.organization_collaborator_auth_policy_check CHECK ((collaborator_auth_policy = ANY (ARRAY['password'::text, 'two_factor_mandatory'::text])))
rule organization.organization_default_execution_mode_check CHECK ((default_execution_mode = ANY (ARRAY['remote'::text, 'local'::text, 'agent'::text])))
rule organization.organization_engine_check CHECK ((engine = ANY (ARRAY['terraform'::text, 'opentofu'::text])))
rule organization.organization_id_default_agent_pool_id_fkey FOREIGN KEY (id, default_agent_pool_id) REFERENCES agent_pool(organization_id, id)
rule organization.organization_name_key UNIQUE (name)
rule organization.organization_pkey PRIMARY KEY (id)
rule organization.organization_service_user_id_fkey FOREIGN KEY (service_user_id) REFERENCES users(id)
rule organization_member.organization_member_id_key UNIQUE (id)
rule organization_member.organization_member_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule organization_member.organization_member_pkey PRIMARY KEY (organization_id, user_id)
rule organization_member.organization_member_status_check CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text])))
rule organization_member.organization_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule password.password_pkey PRIMARY KEY (user_id)
rule password.password_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule password_reset.password_reset_code_hash_key UNIQUE (code_hash)
rule password_reset.password_reset_pkey PRIMARY KEY (user_id)
rule password_reset.password_reset_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule phase_artifact.phase_artifact_phase_id_fkey FOREIGN KEY (phase_id) REFERENCES run_phase(id) ON DELETE CASCADE
rule phase_artifact.phase_artifact_pkey PRIMARY KEY (phase_id, name)
rule plan_approval.plan_approval_pkey PRIMARY KEY (id)
rule plan_approval.plan_approval_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule plan_approval.plan_approval_run_id_user_id_key UNIQUE (run_id, user_id)
rule plan_approval.plan_approval_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule policy.policy_level_check CHECK ((level = ANY (ARRAY['advisory'::text, 'soft-mandatory'::text, 'hard-mandatory'::text])))
rule policy.policy_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule policy.policy_organization_id_name_key UNIQUE (organization_id, name)
rule policy.policy_pkey PRIMARY KEY (id)
rule policy_check.policy_check_overridden_by_fkey FOREIGN KEY (overridden_by) REFERENCES users(id) ON DELETE SET NULL
rule policy_check.policy_check_pkey PRIMARY KEY (id)
rule policy_check.policy_check_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule policy_check.policy_check_run_id_key UNIQUE (run_id)
rule policy_check.policy_check_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'queued'::text, 'passed'::text, 'soft_failed'::text, 'hard_failed'::text, 'overridden'::text, 'errored'::text, 'canceled'::text, 'unreachable'::text])))
rule policy_evaluation.policy_evaluation_check CHECK (((policy_check_id IS NULL) <> (task_stage_id IS NULL)))
rule policy_evaluation.policy_evaluation_kind_check CHECK ((kind = ANY (ARRAY['cel'::text, 'opa'::text])))
rule policy_evaluation.policy_evaluation_pkey PRIMARY KEY (id)
rule policy_evaluation.policy_evaluation_policy_check_id_fkey FOREIGN KEY (policy_check_id) REFERENCES policy_check(id) ON DELETE CASCADE
rule policy_evaluation.policy_evaluation_policy_check_id_kind_key UNIQUE (policy_check_id, kind)
rule policy_evaluation.policy_evaluation_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'passed'::text, 'failed'::text, 'errored'::text, 'canceled'::text])))
rule policy_evaluation.policy_evaluation_task_stage_id_fkey FOREIGN KEY (task_stage_id) REFERENCES task_stage(id) ON DELETE CASCADE
rule policy_set.policy_set_id_current_version_id_fkey FOREIGN KEY (id, current_version_id) REFERENCES policy_set_version(policy_set_id, id) DEFERRABLE INITIALLY DEFERRED
rule policy_set.policy_set_kind_check CHECK ((kind = ANY (ARRAY['cel'::text, 'opa'::text])))
rule policy_set.policy_set_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule policy_set.policy_set_organization_id_name_key UNIQUE (organization_id, name)
rule policy_set.policy_set_pkey PRIMARY KEY (id)
rule policy_set_outcome.policy_set_outcome_pkey PRIMARY KEY (id)
rule policy_set_outcome.policy_set_outcome_policy_evaluation_id_fkey FOREIGN KEY (policy_evaluation_id) REFERENCES policy_evaluation(id) ON DELETE CASCADE
rule policy_set_outcome.policy_set_outcome_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE SET NULL
rule policy_set_parameter.policy_set_parameter_check CHECK (((sensitive = (value IS NULL)) AND ((value IS NULL) = (sealed_value IS NOT NULL))))
rule policy_set_parameter.policy_set_parameter_pkey PRIMARY KEY (id)
rule policy_set_parameter.policy_set_parameter_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE CASCADE
rule policy_set_parameter.policy_set_parameter_policy_set_id_key_key UNIQUE (policy_set_id, key)
rule policy_set_policy.policy_set_policy_pkey PRIMARY KEY (policy_set_id, policy_id)
rule policy_set_policy.policy_set_policy_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES policy(id) ON DELETE CASCADE
rule policy_set_policy.policy_set_policy_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE CASCADE
rule policy_set_project.policy_set_project_pkey PRIMARY KEY (policy_set_id, project_id, excluded)
rule policy_set_project.policy_set_project_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE CASCADE
rule policy_set_project.policy_set_project_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id) ON DELETE CASCADE
rule policy_set_version.policy_set_version_check CHECK (((status <> 'ready'::text) OR (sha256 IS NOT NULL)))
rule policy_set_version.policy_set_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule policy_set_version.policy_set_version_pkey PRIMARY KEY (id)
rule policy_set_version.policy_set_version_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE CASCADE
rule policy_set_version.policy_set_version_policy_set_id_id_key UNIQUE (policy_set_id, id)
rule policy_set_version.policy_set_version_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'ready'::text, 'errored'::text])))
rule policy_set_workspace.policy_set_workspace_pkey PRIMARY KEY (policy_set_id, workspace_id, excluded)
rule policy_set_workspace.policy_set_workspace_policy_set_id_fkey FOREIGN KEY (policy_set_id) REFERENCES policy_set(id) ON DELETE CASCADE
rule policy_set_workspace.policy_set_workspace_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule price_book.price_book_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule price_book.price_book_organization_id_name_key UNIQUE (organization_id, name)
rule price_book.price_book_pkey PRIMARY KEY (id)
rule price_book.price_book_version_check CHECK ((version > 0))
rule price_book_version.price_book_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule price_book_version.price_book_version_pkey PRIMARY KEY (price_book_id, version)
rule price_book_version.price_book_version_price_book_id_fkey FOREIGN KEY (price_book_id) REFERENCES price_book(id) ON DELETE CASCADE
rule project.project_check CHECK ((COALESCE((default_execution_mode = 'agent'::text), false) = (default_agent_pool_id IS NOT NULL)))
rule project.project_default_execution_mode_check CHECK ((default_execution_mode = ANY (ARRAY['remote'::text, 'local'::text, 'agent'::text])))
rule project.project_organization_id_default_agent_pool_id_fkey FOREIGN KEY (organization_id, default_agent_pool_id) REFERENCES agent_pool(organization_id, id)
rule project.project_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule project.project_organization_id_id_key UNIQUE (organization_id, id)
rule project.project_organization_id_name_key UNIQUE (organization_id, name)
rule project.project_pkey PRIMARY KEY (id)
rule project_tag_binding.project_tag_binding_pkey PRIMARY KEY (project_id, key)
rule project_tag_binding.project_tag_binding_project_id_fkey FOREIGN KEY (project_id) REFERENCES project(id) ON DELETE CASCADE
rule provider_store.provider_store_agent_pool_id_fkey FOREIGN KEY (agent_pool_id) REFERENCES agent_pool(id) ON DELETE CASCADE
rule provider_store.provider_store_agent_pool_id_key_key UNIQUE NULLS NOT DISTINCT (agent_pool_id, key)
rule provider_store.provider_store_pkey PRIMARY KEY (id)
rule provider_store.provider_store_source_check CHECK ((source = ANY (ARRAY['registries'::text, 'mirror'::text, 'none'::text])))
rule provider_store_order.provider_store_order_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
rule provider_store_order.provider_store_order_kind_check CHECK ((kind = ANY (ARRAY['pin'::text, 'unpin'::text, 'prefetch'::text, 'delete'::text])))
rule provider_store_order.provider_store_order_pkey PRIMARY KEY (id)
rule provider_store_order.provider_store_order_provider_store_id_fkey FOREIGN KEY (provider_store_id) REFERENCES provider_store(id) ON DELETE CASCADE
rule provider_store_order.provider_store_order_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'working'::text, 'done'::text, 'failed'::text])))
rule registry_key.registry_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule registry_key.registry_key_organization_id_key_id_key UNIQUE (organization_id, key_id)
rule registry_key.registry_key_pkey PRIMARY KEY (id)
rule registry_module.registry_module_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule registry_module.registry_module_organization_id_name_provider_key UNIQUE (organization_id, name, provider)
rule registry_module.registry_module_pkey PRIMARY KEY (id)
rule registry_module_version.registry_module_version_check CHECK (((status = 'ok'::text) = (sha256 IS NOT NULL)))
rule registry_module_version.registry_module_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
rule registry_module_version.registry_module_version_module_id_fkey FOREIGN KEY (module_id) REFERENCES registry_module(id) ON DELETE CASCADE
rule registry_module_version.registry_module_version_module_id_version_key UNIQUE (module_id, version)
rule registry_module_version.registry_module_version_pkey PRIMARY KEY (id)
rule registry_module_version.registry_module_version_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'ok'::text, 'reg_ingress_failed'::text])))
rule registry_provider.registry_provider_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule registry_provider.registry_provider_organization_id_name_key UNIQUE (organization_id, name)
rule registry_provider.registry_provider_pkey PRIMARY KEY (id)
rule registry_provider_platform.registry_provider_platform_check CHECK (((sha256 IS NULL) OR (sha256 = shasum)))
rule registry_provider_platform.registry_provider_platform_pkey PRIMARY KEY (id)
rule registry_provider_platform.registry_provider_platform_version_id_fkey FOREIGN KEY (version_id) REFERENCES registry_provider_version(id) ON DELETE CASCADE
rule registry_provider_platform.registry_provider_platform_version_id_os_arch_key UNIQUE (version_id, os, arch)
rule registry_provider_version.registry_provider_version_check CHECK (((NOT is_signed) OR ((shasums IS NOT NULL) AND (shasums_signature IS NOT NULL))))
rule registry_provider_version.registry_provider_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL
rule registry_provider_version.registry_provider_version_key_id_fkey FOREIGN KEY (key_id) REFERENCES registry_key(id) DEFERRABLE INITIALLY DEFERRED
rule registry_provider_version.registry_provider_version_pkey PRIMARY KEY (id)
rule registry_provider_version.registry_provider_version_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES registry_provider(id) ON DELETE CASCADE
rule registry_provider_version.registry_provider_version_provider_id_version_key UNIQUE (provider_id, version)
rule registry_release.registry_release_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule registry_release.registry_release_pkey PRIMARY KEY (organization_id, name)
rule remote_state_consumer.remote_state_consumer_organization_id_consumer_id_fkey FOREIGN KEY (organization_id, consumer_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule remote_state_consumer.remote_state_consumer_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule remote_state_consumer.remote_state_consumer_pkey PRIMARY KEY (workspace_id, consumer_id)
rule resource_change.resource_change_action_check CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text])))
rule resource_change.resource_change_pkey PRIMARY KEY (sequence)
rule resource_change.resource_change_state_version_id_fkey FOREIGN KEY (state_version_id) REFERENCES state_version(id) ON DELETE CASCADE
rule resource_change.resource_change_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule run.run_canceled_by_fkey FOREIGN KEY (canceled_by) REFERENCES users(id)
rule run.run_check CHECK ((NOT (plan_only AND (status = ANY (ARRAY['planned_and_saved'::text, 'confirmed'::text, 'pre_apply_running'::text, 'pre_apply_completed'::text, 'queuing_apply'::text, 'apply_queued'::text, 'applying'::text, 'post_apply_running'::text, 'post_apply_completed'::text, 'applied'::text])))))
rule run.run_check1 CHECK (((confirmed_at IS NOT NULL) OR (status <> ALL (ARRAY['confirmed'::text, 'pre_apply_running'::text, 'pre_apply_completed'::text, 'queuing_apply'::text, 'apply_queued'::text, 'applying'::text, 'post_apply_running'::text, 'post_apply_completed'::text, 'applied'::text]))))
rule run.run_check2 CHECK (((status <> 'force_canceled'::text) OR (cancel_requested_at IS NOT NULL)))
rule run.run_configuration_version_id_fkey FOREIGN KEY (configuration_version_id) REFERENCES configuration_version(id)
rule run.run_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES users(id)
rule run.run_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule run.run_engine_check CHECK ((engine = ANY (ARRAY['terraform'::text, 'opentofu'::text])))
rule run.run_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule run.run_pkey PRIMARY KEY (id)
rule run.run_sequence_key UNIQUE (sequence)
rule run.run_status_fkey FOREIGN KEY (status) REFERENCES run_status(status)
rule run.run_triggering_run_id_fkey FOREIGN KEY (triggering_run_id) REFERENCES run(id) ON DELETE SET NULL
rule run.run_triggering_source_id_fkey FOREIGN KEY (triggering_source_id) REFERENCES workspace(id) ON DELETE SET NULL
rule run.run_workspace_id_triggering_run_id_key UNIQUE (workspace_id, triggering_run_id)
rule run_approval.run_approval_check CHECK (((decision IS NULL) = (decided_at IS NULL)))
rule run_approval.run_approval_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL
rule run_approval.run_approval_decision_check CHECK ((decision = ANY (ARRAY['confirmed'::text, 'rejected'::text])))
rule run_approval.run_approval_pkey PRIMARY KEY (id)
rule run_approval.run_approval_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL
rule run_approval.run_approval_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule run_event.run_event_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users(id)
rule run_event.run_event_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comment(id)
rule run_event.run_event_pkey PRIMARY KEY (id)
rule run_event.run_event_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule run_event.run_event_sequence_key UNIQUE (sequence)
rule run_phase.run_phase_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agent(id) ON DELETE SET NULL
rule run_phase.run_phase_agent_pool_id_fkey FOREIGN KEY (agent_pool_id) REFERENCES agent_pool(id) ON DELETE SET NULL
rule run_phase.run_phase_check CHECK (((status <> 'running'::text) OR ((lease_hash IS NOT NULL) AND (heartbeat_at IS NOT NULL))))
rule run_phase.run_phase_input_state_version_id_fkey FOREIGN KEY (input_state_version_id) REFERENCES state_version(id)
rule run_phase.run_phase_kind_check CHECK ((kind = ANY (ARRAY['plan'::text, 'apply'::text])))
rule run_phase.run_phase_pkey PRIMARY KEY (id)
rule run_phase.run_phase_risk_score_check CHECK (((risk_score >= 0) AND (risk_score <= 100)))
rule run_phase.run_phase_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule run_phase.run_phase_run_id_kind_key UNIQUE (run_id, kind)
rule run_phase.run_phase_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'queued'::text, 'running'::text, 'finished'::text, 'errored'::text, 'canceled'::text, 'unreachable'::text])))
rule run_request.run_request_pkey PRIMARY KEY (user_id, key)
rule run_request.run_request_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule run_request.run_request_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule run_status.run_status_pkey PRIMARY KEY (status)
rule run_task.run_task_global_level_check CHECK ((global_level = ANY (ARRAY['advisory'::text, 'mandatory'::text])))
rule run_task.run_task_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule run_task.run_task_organization_id_name_key UNIQUE (organization_id, name)
rule run_task.run_task_pkey PRIMARY KEY (id)
rule run_transition.run_transition_from_status_fkey FOREIGN KEY (from_status) REFERENCES run_status(status)
rule run_transition.run_transition_pkey PRIMARY KEY (from_status, to_status)
rule run_transition.run_transition_to_status_fkey FOREIGN KEY (to_status) REFERENCES run_status(status)
rule run_trigger.run_trigger_check CHECK ((workspace_id <> sourceable_id))
rule run_trigger.run_trigger_organization_id_sourceable_id_fkey FOREIGN KEY (organization_id, sourceable_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule run_trigger.run_trigger_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule run_trigger.run_trigger_pkey PRIMARY KEY (id)
rule run_trigger.run_trigger_workspace_id_sourceable_id_key UNIQUE (workspace_id, sourceable_id)
rule run_variables.run_variables_pkey PRIMARY KEY (run_id)
rule run_variables.run_variables_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule server_runner.server_runner_pkey PRIMARY KEY (identity)
rule session.session_method_check CHECK ((method = ANY (ARRAY['password'::text, 'token'::text, 'oidc'::text])))
rule session.session_pkey PRIMARY KEY (id)
rule session.session_secret_hash_key UNIQUE (secret_hash)
rule session.session_token_id_fkey FOREIGN KEY (token_id) REFERENCES token(id) ON DELETE CASCADE
rule session.session_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule ssh_key.ssh_key_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule ssh_key.ssh_key_organization_id_id_key UNIQUE (organization_id, id)
rule ssh_key.ssh_key_pkey PRIMARY KEY (id)
rule state_version.state_version_check CHECK (((status = 'finalized'::text) = (sha256 IS NOT NULL)))
rule state_version.state_version_check1 CHECK (((sha256 IS NULL) = (size_bytes IS NULL)))
rule state_version.state_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule state_version.state_version_drift_run_id_fkey FOREIGN KEY (drift_run_id) REFERENCES run(id) ON DELETE SET NULL
rule state_version.state_version_drifted_check CHECK ((drifted >= 0))
rule state_version.state_version_pkey PRIMARY KEY (id)
rule state_version.state_version_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
rule state_version.state_version_serial_check CHECK ((serial >= 0))
rule state_version.state_version_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'finalized'::text, 'discarded'::text])))
rule state_version.state_version_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule state_version.state_version_workspace_id_id_key UNIQUE (workspace_id, id)
rule state_version_output.state_version_output_pkey PRIMARY KEY (id)
rule state_version_output.state_version_output_state_version_id_fkey FOREIGN KEY (state_version_id) REFERENCES state_version(id) ON DELETE CASCADE
rule state_version_output.state_version_output_state_version_id_name_key UNIQUE (state_version_id, name)
rule state_version_output.state_version_output_value_is_somewhere CHECK (((value IS NOT NULL) OR ((value_start IS NOT NULL) AND (value_end IS NOT NULL))))
rule tag.tag_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule tag.tag_organization_id_id_key UNIQUE (organization_id, id)
rule tag.tag_organization_id_name_key UNIQUE (organization_id, name)
rule tag.tag_pkey PRIMARY KEY (id)
rule task_result.task_result_check CHECK (((status <> 'running'::text) OR (asked_at IS NOT NULL)))
rule task_result.task_result_check1 CHECK (((sealed_access_token IS NULL) OR (status = 'running'::text)))
rule task_result.task_result_level_check CHECK ((level = ANY (ARRAY['advisory'::text, 'mandatory'::text])))
rule task_result.task_result_pkey PRIMARY KEY (id)
rule task_result.task_result_run_task_id_fkey FOREIGN KEY (run_task_id) REFERENCES run_task(id) ON DELETE SET NULL
rule task_result.task_result_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'passed'::text, 'failed'::text, 'errored'::text, 'canceled'::text, 'unreachable'::text])))
rule task_result.task_result_task_stage_id_fkey FOREIGN KEY (task_stage_id) REFERENCES task_stage(id) ON DELETE CASCADE
rule task_result.task_result_workspace_task_id_fkey FOREIGN KEY (workspace_task_id) REFERENCES workspace_task(id) ON DELETE SET NULL
rule task_result_outcome.task_result_outcome_pkey PRIMARY KEY (id)
rule task_result_outcome.task_result_outcome_task_result_id_fkey FOREIGN KEY (task_result_id) REFERENCES task_result(id) ON DELETE CASCADE
rule task_result_outcome.task_result_outcome_task_result_id_position_key UNIQUE (task_result_id, "position")
rule task_stage.task_stage_overridden_by_fkey FOREIGN KEY (overridden_by) REFERENCES users(id) ON DELETE SET NULL
rule task_stage.task_stage_pkey PRIMARY KEY (id)
rule task_stage.task_stage_policy_status_check CHECK ((policy_status = ANY (ARRAY['pending'::text, 'passed'::text, 'soft_failed'::text, 'hard_failed'::text, 'errored'::text])))
rule task_stage.task_stage_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule task_stage.task_stage_run_id_stage_key UNIQUE (run_id, stage)
rule task_stage.task_stage_stage_check CHECK ((stage = ANY (ARRAY['pre_plan'::text, 'post_plan'::text, 'pre_apply'::text, 'post_apply'::text])))
rule task_stage.task_stage_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'passed'::text, 'failed'::text, 'awaiting_override'::text, 'errored'::text, 'canceled'::text, 'unreachable'::text])))
rule team.team_check CHECK ((is_owners = (name = 'owners'::text)))
rule team.team_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule team.team_organization_id_id_key UNIQUE (organization_id, id)
rule team.team_organization_id_name_key UNIQUE (organization_id, name)
rule team.team_pkey PRIMARY KEY (id)
rule team.team_service_user_id_fkey FOREIGN KEY (service_user_id) REFERENCES users(id)
rule team.team_visibility_check CHECK ((visibility = ANY (ARRAY['secret'::text, 'organization'::text])))
rule team_member.team_member_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES team(organization_id, id) ON DELETE CASCADE
rule team_member.team_member_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES organization_member(organization_id, user_id) ON DELETE CASCADE
rule team_member.team_member_origin_check CHECK ((origin = ANY (ARRAY['person'::text, 'group'::text])))
rule team_member.team_member_pkey PRIMARY KEY (team_id, user_id)
rule team_project.team_project_access_check CHECK ((access = ANY (ARRAY['read'::text, 'write'::text, 'maintain'::text, 'admin'::text, 'custom'::text])))
rule team_project.team_project_check CHECK (((access = 'custom'::text) = (details IS NOT NULL)))
rule team_project.team_project_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id) ON DELETE CASCADE
rule team_project.team_project_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES team(organization_id, id) ON DELETE CASCADE
rule team_project.team_project_pkey PRIMARY KEY (id)
rule team_project.team_project_project_id_team_id_key UNIQUE (project_id, team_id)
rule team_workspace.team_workspace_access_check CHECK ((access = ANY (ARRAY['read'::text, 'plan'::text, 'write'::text, 'admin'::text, 'custom'::text])))
rule team_workspace.team_workspace_check CHECK (((access = 'custom'::text) = (details IS NOT NULL)))
rule team_workspace.team_workspace_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES team(organization_id, id) ON DELETE CASCADE
rule team_workspace.team_workspace_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule team_workspace.team_workspace_pkey PRIMARY KEY (id)
rule team_workspace.team_workspace_workspace_id_team_id_key UNIQUE (workspace_id, team_id)
rule token.token_agent_pool_id_fkey FOREIGN KEY (agent_pool_id) REFERENCES agent_pool(id) ON DELETE CASCADE
rule token.token_check CHECK (((kind = 'user'::text) = (user_id IS NOT NULL)))
rule token.token_check1 CHECK (((kind = ANY (ARRAY['organization'::text, 'audit'::text])) = (organization_id IS NOT NULL)))
rule token.token_check2 CHECK (((kind = 'team'::text) = (team_id IS NOT NULL)))
rule token.token_check3 CHECK (((kind = 'run'::text) = (run_id IS NOT NULL)))
rule token.token_check4 CHECK (((agent_pool_id IS NULL) OR (kind = 'agent'::text)))
rule token.token_check5 CHECK (((kind = 'task'::text) = (task_result_id IS NOT NULL)))
rule token.token_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id)
rule token.token_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'organization'::text, 'audit'::text, 'team'::text, 'agent'::text, 'run'::text, 'task'::text])))
rule token.token_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule token.token_pkey PRIMARY KEY (id)
rule token.token_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id) ON DELETE CASCADE
rule token.token_secret_hash_key UNIQUE (secret_hash)
rule token.token_task_result_id_fkey FOREIGN KEY (task_result_id) REFERENCES task_result(id) ON DELETE CASCADE
rule token.token_team_id_fkey FOREIGN KEY (team_id) REFERENCES team(id) ON DELETE CASCADE
rule token.token_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule user_identity.user_identity_pkey PRIMARY KEY (issuer, subject)
rule user_identity.user_identity_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
rule users.users_pkey PRIMARY KEY (id)
rule users.users_username_key UNIQUE (username)
rule variable.variable_category_check CHECK ((category = ANY (ARRAY['terraform'::text, 'env'::text])))
rule variable.variable_check CHECK (((workspace_id IS NULL) <> (varset_id IS NULL)))
rule variable.variable_check1 CHECK (((value IS NULL) <> (sealed_value IS NULL)))
rule variable.variable_check2 CHECK ((sensitive = (sealed_value IS NOT NULL)))
rule variable.variable_pkey PRIMARY KEY (id)
rule variable.variable_varset_id_category_key_key UNIQUE (varset_id, category, key)
rule variable.variable_varset_id_fkey FOREIGN KEY (varset_id) REFERENCES varset(id) ON DELETE CASCADE
rule variable.variable_workspace_id_category_key_key UNIQUE (workspace_id, category, key)
rule variable.variable_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule varset.varset_check CHECK (((NOT is_global) OR (project_id IS NULL)))
rule varset.varset_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule varset.varset_organization_id_id_key UNIQUE (organization_id, id)
rule varset.varset_organization_id_name_key UNIQUE (organization_id, name)
rule varset.varset_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id) ON DELETE CASCADE
rule varset.varset_pkey PRIMARY KEY (id)
rule varset_project.varset_project_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id) ON DELETE CASCADE
rule varset_project.varset_project_organization_id_varset_id_fkey FOREIGN KEY (organization_id, varset_id) REFERENCES varset(organization_id, id) ON DELETE CASCADE
rule varset_project.varset_project_pkey PRIMARY KEY (varset_id, project_id)
rule varset_workspace.varset_workspace_organization_id_varset_id_fkey FOREIGN KEY (organization_id, varset_id) REFERENCES varset(organization_id, id) ON DELETE CASCADE
rule varset_workspace.varset_workspace_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule varset_workspace.varset_workspace_pkey PRIMARY KEY (varset_id, workspace_id)
rule workspace.workspace_auto_apply_below_risk_check CHECK (((auto_apply_below_risk >= 1) AND (auto_apply_below_risk <= 100)))
rule workspace.workspace_check CHECK (((locked_by IS NULL) = (locked_at IS NULL)))
rule workspace.workspace_check1 CHECK (((execution_mode = 'agent'::text) = (agent_pool_id IS NOT NULL)))
rule workspace.workspace_engine_check CHECK ((engine = ANY (ARRAY['terraform'::text, 'opentofu'::text])))
rule workspace.workspace_execution_mode_check CHECK ((execution_mode = ANY (ARRAY['remote'::text, 'local'::text, 'agent'::text])))
rule workspace.workspace_id_current_configuration_version_id_fkey FOREIGN KEY (id, current_configuration_version_id) REFERENCES configuration_version(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
rule workspace.workspace_id_current_state_version_id_fkey FOREIGN KEY (id, current_state_version_id) REFERENCES state_version(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
rule workspace.workspace_locked_by_fkey FOREIGN KEY (locked_by) REFERENCES users(id)
rule workspace.workspace_organization_id_agent_pool_id_fkey FOREIGN KEY (organization_id, agent_pool_id) REFERENCES agent_pool(organization_id, id)
rule workspace.workspace_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
rule workspace.workspace_organization_id_id_key UNIQUE (organization_id, id)
rule workspace.workspace_organization_id_name_key UNIQUE (organization_id, name)
rule workspace.workspace_organization_id_project_id_fkey FOREIGN KEY (organization_id, project_id) REFERENCES project(organization_id, id)
rule workspace.workspace_organization_id_ssh_key_id_fkey FOREIGN KEY (organization_id, ssh_key_id) REFERENCES ssh_key(organization_id, id) ON DELETE SET NULL (ssh_key_id)
rule workspace.workspace_pkey PRIMARY KEY (id)
rule workspace_resource.workspace_resource_modified_by_state_version_id_fkey FOREIGN KEY (modified_by_state_version_id) REFERENCES state_version(id) ON DELETE CASCADE
rule workspace_resource.workspace_resource_pkey PRIMARY KEY (id)
rule workspace_resource.workspace_resource_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule workspace_tag.workspace_tag_organization_id_tag_id_fkey FOREIGN KEY (organization_id, tag_id) REFERENCES tag(organization_id, id) ON DELETE CASCADE
rule workspace_tag.workspace_tag_organization_id_workspace_id_fkey FOREIGN KEY (organization_id, workspace_id) REFERENCES workspace(organization_id, id) ON DELETE CASCADE
rule workspace_tag.workspace_tag_pkey PRIMARY KEY (workspace_id, tag_id)
rule workspace_tag_binding.workspace_tag_binding_pkey PRIMARY KEY (workspace_id, key)
rule workspace_tag_binding.workspace_tag_binding_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule workspace_task.workspace_task_level_check CHECK ((level = ANY (ARRAY['advisory'::text, 'mandatory'::text])))
rule workspace_task.workspace_task_pkey PRIMARY KEY (id)
rule workspace_task.workspace_task_run_task_id_fkey FOREIGN KEY (run_task_id) REFERENCES run_task(id) ON DELETE CASCADE
rule workspace_task.workspace_task_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace(id) ON DELETE CASCADE
rule workspace_task.workspace_task_workspace_id_run_task_id_key UNIQUE (workspace_id, run_task_id)
trigger CREATE TRIGGER audit_entry_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
trigger CREATE TRIGGER audit_seal_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
trigger CREATE TRIGGER run_forgets_secrets AFTER UPDATE OF status ON public.run FOR EACH ROW WHEN ((new.status IS DISTINCT FROM old.status)) EXECUTE FUNCTION run_forgets_secrets()
trigger CREATE TRIGGER run_insert_guard BEFORE INSERT ON public.run FOR EACH ROW EXECUTE FUNCTION run_insert_guard()
trigger CREATE TRIGGER run_phases_guard BEFORE UPDATE OF phases ON public.run FOR EACH ROW EXECUTE FUNCTION run_phases_guard()
trigger CREATE TRIGGER run_update_guard BEFORE UPDATE ON public.run FOR EACH ROW EXECUTE FUNCTION run_update_guard()
trigger CREATE TRIGGER run_variables_guard BEFORE UPDATE ON public.run_variables FOR EACH ROW EXECUTE FUNCTION run_variables_guard()
