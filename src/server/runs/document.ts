import * as z from 'zod';
import { ApplyStatus, PlanStatus, RunAttributes } from '@runwright/models';
import {
  Permissions,
  resource,
  StatusTimestamps,
  Timestamp,
  toMany,
  toOne,
} from '../http/document-schema.ts';
import type { WorkspacePermission } from '../http/permission.ts';
import { timestamp, timestampOrNull, reference, referenceOrNull } from '../http/json-api.ts';
import { levelOf, RiskLevelWord, RiskScore } from '../plan-risk/document.ts';
import { actionsOf } from './actions.ts';
import type { RunDetails } from './queries.ts';
import type { ShownPhase } from './shown-phase.ts';

/** The attributes of the run models; all of them are always present, except those that a cancel adds. */
export const RunSchema = resource(
  'runs',
  {
    ...RunAttributes.strip().required().shape,
    actions: z.object({
      'is-cancelable': z.boolean(),
      'is-confirmable': z.boolean(),
      'is-discardable': z.boolean(),
      'is-force-cancelable': z.boolean(),
    }),
    'created-at': Timestamp,
    'updated-at': Timestamp,
    'canceled-at': Timestamp.nullable(),
    'force-cancel-available-at': Timestamp.optional(),
    'status-timestamps': StatusTimestamps,
    permissions: Permissions,
  },
  {
    workspace: toOne('workspaces'),
    'configuration-version': toOne('configuration-versions'),
    plan: toOne('plans'),
    apply: toOne('applies'),
    'run-events': toMany('run-events'),
    comments: toMany('comments'),
    'triggering-run': toOne('runs').optional(),
    'triggering-source': toOne('workspaces').optional(),
    'created-by': toOne('users'),
    'confirmed-by': toOne('users'),
    'canceled-by': toOne('users'),
    'input-state-version': toOne('state-versions'),
    'cost-estimate': toOne('cost-estimates').optional(),
    'policy-checks': toMany('policy-checks'),
    'task-stages': toMany('task-stages'),
    'tf-policy-evaluations': toMany('tf-policy-evaluations'),
  },
);

const count = z.int().nullable();

/** The common attributes of plans and applies. The holder of `log-read-url` may read the log. */
const phaseAttributes = {
  'status-timestamps': StatusTimestamps,
  'log-read-url': z.string(),
  'resource-additions': count,
  'resource-changes': count,
  'resource-destructions': count,
  'resource-imports': count,
  'structured-run-output-enabled': z.boolean(),
  'execution-details': z
    .object({
      mode: z.string(),
      'agent-id': z.string().nullable(),
      'agent-name': z.string(),
      'agent-pool-id': z.string().nullable(),
      'agent-pool-name': z.string().nullable(),
    })
    .nullable(),
  /** The providers that it used, and their sources; null until it has ended. */
  providers: z
    .array(
      z.object({
        address: z.string(),
        version: z.string(),
        h1: z.string().nullable(),
        proof: z.string(),
        source: z.enum(['store', 'registry', 'configuration']),
        'size-bytes': z.int(),
        milliseconds: z.int(),
      }),
    )
    .nullable(),
};

export const PlanSchema = resource(
  'plans',
  {
    status: PlanStatus,
    ...phaseAttributes,
    'has-changes': z.boolean(),
    'generated-configuration': z.boolean(),
    'risk-score': RiskScore,
    'risk-level': RiskLevelWord,
    actions: z.object({ 'is-exportable': z.boolean() }),
    permissions: Permissions,
    /** The modules from outside of the configuration, as resolved for the plan; the apply uses them too. */
    modules: z
      .array(
        z.object({
          key: z.string(),
          source: z.string(),
          version: z.string().nullable(),
          commit: z.string().nullable(),
          h1: z.string(),
        }),
      )
      .nullable(),
  },
  { 'state-versions': toMany('state-versions'), exports: toMany('plan-exports') },
);

export const ApplySchema = resource(
  'applies',
  { status: ApplyStatus, ...phaseAttributes, 'action-invocations': count, 'action-failures': count },
  { 'state-versions': toMany('state-versions') },
);

export const RunEventSchema = resource(
  'run-events',
  { action: z.string(), description: z.string(), agent: z.string().nullable(), 'created-at': Timestamp },
  { actor: toOne('users'), comment: toOne('comments') },
);

export const CommentSchema = resource('comments', { body: z.string() }, { 'run-event': toOne('run-events') });

/** The caller's rights to a run, whatever its status. */
export type RunRights = ReadonlySet<WorkspacePermission>;

const permissionsOf = (rights: RunRights) => ({
  'can-apply': rights.has('apply-runs'),
  'can-cancel': rights.has('apply-runs'),
  'can-comment': rights.has('plan-runs'),
  'can-discard': rights.has('apply-runs'),
  'can-force-execute': rights.has('apply-runs'),
  'can-force-cancel': rights.has('force-cancel-runs'),
  'can-override-policy-check': rights.has('override-policies'),
});

const NO_RIGHTS: RunRights = new Set();

const references = (type: string, ids: readonly string[]) => ids.map((id) => ({ id, type }));

/** The run object (api-contract §2.3). Two reads of an unchanged run are equal, once its cool-off time has passed. */
export function runResource(
  {
    run,
    plan,
    apply,
    eventIds,
    commentIds,
    costEstimateId,
    policyCheckId,
    taskStageIds,
    queuePosition,
  }: RunDetails,
  rights: RunRights = NO_RIGHTS,
  status: string = run.status,
) {
  const actions = actionsOf(run);
  const self = `/api/v2/runs/${run.id}`;
  return {
    id: run.id,
    type: 'runs',
    attributes: {
      actions: {
        'is-cancelable': actions.isCancelable,
        'is-confirmable': actions.isConfirmable,
        'is-discardable': actions.isDiscardable,
        'is-force-cancelable': actions.isForceCancelable,
      },
      'allow-config-generation': run.allow_config_generation,
      'allow-empty-apply': run.allow_empty_apply,
      'auto-apply': run.auto_apply,
      'canceled-at': timestampOrNull(run.cancel_requested_at),
      'created-at': timestamp(run.created_at),
      'debugging-mode': run.debugging_mode,
      ...(run.force_cancel_available_at === null
        ? {}
        : { 'force-cancel-available-at': timestamp(run.force_cancel_available_at) }),
      'has-changes': run.has_changes,
      'invoke-action-addrs': run.invoke_action_addrs,
      'is-destroy': run.is_destroy,
      message: run.message,
      'plan-only': run.plan_only,
      // All policies that apply to the workspace apply to a run, so a request that names some is refused.
      'policy-paths': null,
      'position-in-queue': queuePosition,
      refresh: run.refresh,
      'refresh-only': run.refresh_only,
      'replace-addrs': run.replace_addrs,
      'save-plan': run.save_plan,
      source: run.source,
      status,
      'status-timestamps': run.status_timestamps,
      'target-addrs': run.target_addrs,
      'terraform-version': run.terraform_version,
      'trigger-reason': run.trigger_reason,
      'triggering-source-name': run.triggering_source_name,
      'updated-at': timestamp(run.updated_at),
      variables: run.variables,
      permissions: permissionsOf(rights),
    },
    relationships: {
      workspace: {
        ...reference('workspaces', run.workspace_id),
        links: { related: `/api/v2/workspaces/${run.workspace_id}` },
      },
      'configuration-version': reference('configuration-versions', run.configuration_version_id),
      plan: { ...reference('plans', plan.id), links: { related: `${self}/plan` } },
      apply: { ...reference('applies', apply.id), links: { related: `${self}/apply` } },
      'run-events': { data: references('run-events', eventIds), links: { related: `${self}/run-events` } },
      comments: { data: references('comments', commentIds), links: { related: `${self}/comments` } },
      ...(run.triggering_source_name === null
        ? {}
        : {
            'triggering-run': referenceOrNull('runs', run.triggering_run_id),
            'triggering-source': referenceOrNull('workspaces', run.triggering_source_id),
          }),
      'created-by': referenceOrNull('users', run.created_by),
      'confirmed-by': referenceOrNull('users', run.confirmed_by),
      'canceled-by': referenceOrNull('users', run.canceled_by),
      'input-state-version': {
        ...referenceOrNull('state-versions', plan.input_state_version_id),
        ...(plan.input_state_version_id === null
          ? {}
          : { links: { related: `${self}/input-state-version` } }),
      },
      ...(costEstimateId === null
        ? {}
        : {
            'cost-estimate': {
              ...reference('cost-estimates', costEstimateId),
              links: { related: `/api/v2/cost-estimates/${costEstimateId}` },
            },
          }),
      'policy-checks': {
        data: references('policy-checks', policyCheckId === null ? [] : [policyCheckId]),
        links: { related: `${self}/policy-checks` },
      },
      'task-stages': {
        data: references('task-stages', taskStageIds),
        links: { related: `${self}/task-stages` },
      },
      'tf-policy-evaluations': { data: [] },
    },
    links: { self },
  };
}

/** A plan or an apply (api-contract §4.1). */
export function phaseResource(
  phase: ShownPhase,
  facts: {
    logReadUrl: string;
    hasChanges: boolean;
    hasDebugLog: boolean;
    stateVersionIds: string[];
    poolName: string | null;
  },
) {
  const type = phase.kind === 'plan' ? 'plans' : 'applies';
  const self = `/api/v2/${type}/${phase.id}`;
  return {
    id: phase.id,
    type,
    attributes: {
      status: phase.status,
      'status-timestamps': phase.status_timestamps,
      'log-read-url': facts.logReadUrl,
      'resource-additions': phase.additions,
      'resource-changes': phase.changes,
      'resource-destructions': phase.destructions,
      'resource-imports': phase.imports,
      'structured-run-output-enabled': phase.structured_log,
      'execution-details':
        phase.runner_name === null
          ? null
          : {
              mode: phase.agent_pool_id === null ? 'remote' : 'agent',
              'agent-id': phase.agent_id,
              'agent-name': phase.runner_name,
              'agent-pool-id': phase.agent_pool_id,
              'agent-pool-name': facts.poolName,
            },
      providers:
        phase.providers?.map(({ sizeBytes, h1 = null, ...use }) => ({
          ...use,
          h1,
          'size-bytes': sizeBytes,
        })) ?? null,
      ...(phase.kind === 'plan'
        ? {
            modules:
              phase.modules?.map(({ version = null, commit = null, ...use }) => ({
                ...use,
                version,
                commit,
              })) ?? null,
            'has-changes': facts.hasChanges,
            'generated-configuration': phase.generated_configuration,
            'risk-score': phase.risk_score,
            'risk-level': levelOf(phase.risk_score),
            actions: { 'is-exportable': false },
            permissions: { 'can-export': false },
          }
        : { 'action-invocations': null, 'action-failures': null }),
    },
    relationships: {
      'state-versions': { data: references('state-versions', facts.stateVersionIds) },
      ...(phase.kind === 'plan' ? { exports: { data: [] } } : {}),
    },
    links: {
      self,
      ...(facts.hasDebugLog ? { 'debug-log': `${self}/debug-log` } : {}),
      ...(phase.kind === 'plan' && phase.status === 'finished'
        ? {
            'json-output': `${self}/json-output`,
            'json-output-redacted': `${self}/json-output-redacted`,
            'json-schema': `${self}/json-schema`,
          }
        : {}),
    },
  };
}

export const eventResource = (event: {
  id: string;
  action: string;
  description: string;
  created_at: Date;
  actor_id: string | null;
  agent: string | null;
  comment_id: string | null;
}) => ({
  id: event.id,
  type: 'run-events',
  attributes: {
    action: event.action,
    description: event.description,
    agent: event.agent,
    'created-at': timestamp(event.created_at),
  },
  relationships: {
    actor: referenceOrNull('users', event.actor_id),
    comment: referenceOrNull('comments', event.comment_id),
  },
  links: { self: `/api/v2/run-events/${event.id}` },
});

export const commentResource = (comment: { id: string; body: string; event_id: string | null }) => ({
  id: comment.id,
  type: 'comments',
  attributes: { body: comment.body },
  relationships: {
    'run-event': {
      ...referenceOrNull('run-events', comment.event_id),
      ...(comment.event_id === null ? {} : { links: { related: `/api/v2/run-events/${comment.event_id}` } }),
    },
  },
  links: { self: `/api/v2/comments/${comment.id}` },
});
