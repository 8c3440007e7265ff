import * as z from 'zod';
import { linkOnly, Permissions, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import type { WorkspacePermission } from '../http/permission.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import { attributesFrom, outputsOf } from '../http/stored-attributes.ts';
import { bindingId } from '../tags/document.ts';
import { STORED } from './attributes.ts';
import { ClientSettingsShape, showClientSettings } from './client-settings.ts';
import type { WorkspaceFacts } from './facts.ts';
import type { WorkspaceView } from './queries.ts';

export const WorkspaceSchema = resource(
  'workspaces',
  {
    ...outputsOf(STORED),
    operations: z.boolean(),
    ...ClientSettingsShape,
    'auto-destroy-status': z.null(),
    'vcs-repo-identifier': z.null(),
    'resource-count': z.int(),
    /** Only on this platform: what the newest whole plan of the current state found; null: none has looked. */
    'resources-drifted': z.int().nullable(),
    'plan-duration-average': z.int().nullable(),
    'apply-duration-average': z.int().nullable(),
    'run-failures': z.int().nullable(),
    'policy-check-failures': z.int().nullable(),
    'workspace-kpis-runs-count': z.int().nullable(),
    'latest-change-at': Timestamp,
    /** Only on this platform: the end of the newest apply among the last runs that applied or failed. */
    'last-applied-at': Timestamp.nullable(),
    'last-assessment-result-at': z.null(),
    'setting-overwrites': z.object({ 'execution-mode': z.boolean(), 'agent-pool': z.boolean() }),
    locked: z.boolean(),
    'locked-reason': z.string().nullable(),
    environment: z.string(),
    source: z.string(),
    'tag-names': z.array(z.string()),
    'vcs-repo': z.null(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
    actions: z.object({ 'is-destroyable': z.boolean() }),
    permissions: Permissions,
  },
  {
    organization: toOne('organizations'),
    project: toOne('projects'),
    'current-run': toOne('runs'),
    'latest-run': toOne('runs'),
    'current-configuration-version': toOne('configuration-versions'),
    'current-state-version': toOne('state-versions'),
    'drift-found-by': toOne('runs'),
    'locked-by': toOne('users', 'teams', 'runs'),
    'ssh-key': toOne('ssh-keys'),
    'agent-pool': toOne('agent-pools'),
    outputs: toMany('workspace-outputs'),
    vars: toMany('vars'),
    readme: toOne('workspace-readme'),
    'tag-bindings': linkOnly,
    'effective-tag-bindings': toMany('effective-tag-bindings'),
    'remote-state-consumers': linkOnly,
  },
);

/** The caller's rights in a workspace; the terraform CLI checks `can-queue-run` and `can-queue-apply` first. */
const permissionsOf = (rights: ReadonlySet<WorkspacePermission>) => ({
  'can-update': rights.has('admin'),
  'can-destroy': rights.has('delete'),
  'can-queue-run': rights.has('plan-runs'),
  'can-read-run': rights.has('read-runs'),
  'can-read-variable': rights.has('read-variables'),
  'can-update-variable': rights.has('write-variables'),
  'can-read-state-versions': rights.has('read-state'),
  'can-read-state-outputs': rights.has('read-state-outputs'),
  'can-create-state-versions': rights.has('write-state'),
  'can-queue-apply': rights.has('apply-runs'),
  'can-lock': rights.has('lock'),
  'can-unlock': rights.has('lock'),
  'can-force-unlock': rights.has('admin'),
  'can-read-settings': rights.has('read-settings'),
  'can-manage-tags': rights.has('admin'),
  'can-manage-run-tasks': rights.has('manage-run-tasks'),
  'can-force-delete': rights.has('delete'),
  'can-manage-assessments': rights.has('admin'),
  'can-manage-ephemeral-workspaces': rights.has('admin'),
  'can-read-assessment-results': rights.has('read-runs'),
  'can-queue-destroy': rights.has('apply-runs'),
});

const references = (type: string, ids: readonly string[]) => ids.map((id) => ({ id, type }));

const runReference = (id: string | null) => ({
  ...referenceOrNull('runs', id),
  ...(id === null ? {} : { links: { related: `/api/v2/runs/${id}` } }),
});

/** api-contract §5.3. */
export function workspaceResource(
  workspace: WorkspaceView,
  facts: WorkspaceFacts,
  rights: ReadonlySet<WorkspacePermission>,
) {
  const api = `/api/v2/workspaces/${workspace.id}`;
  const holder = workspace.holder_run_id;
  const appliedAt = facts.kpis?.lastAppliedAt ?? null;
  const drift = rights.has('read-runs') ? workspace.drift : null;
  const lockedBy =
    holder !== null
      ? reference('runs', holder)
      : workspace.locker_team_id !== null
        ? reference('teams', workspace.locker_team_id)
        : referenceOrNull('users', workspace.locked_by);
  return {
    id: workspace.id,
    type: 'workspaces',
    attributes: {
      ...attributesFrom(STORED, workspace),
      operations: workspace.execution_mode !== 'local',
      ...showClientSettings(workspace.client_settings),
      'auto-destroy-status': null,
      'vcs-repo-identifier': null,
      'resource-count': workspace.resource_count,
      'resources-drifted': drift?.drifted ?? null,
      'plan-duration-average': facts.kpis?.planMs ?? null,
      'apply-duration-average': facts.kpis?.applyMs ?? null,
      'run-failures': facts.kpis?.failures ?? null,
      'policy-check-failures': facts.kpis?.policyFailures ?? null,
      'workspace-kpis-runs-count': facts.kpis?.runs ?? null,
      'latest-change-at': timestamp(facts.latestChangeAt),
      'last-applied-at': appliedAt === null ? null : timestamp(new Date(appliedAt)),
      'last-assessment-result-at': null,
      // The pool goes with the mode.
      'setting-overwrites': {
        'execution-mode': workspace.overrides_execution,
        'agent-pool': workspace.overrides_execution,
      },
      locked: holder !== null || workspace.locked_by !== null,
      'locked-reason': workspace.lock_reason,
      environment: 'default',
      source: workspace.source,
      'tag-names': workspace.tag_names,
      'vcs-repo': null,
      'created-at': timestamp(workspace.created_at),
      'updated-at': timestamp(workspace.updated_at),
      actions: { 'is-destroyable': true },
      permissions: permissionsOf(rights),
    },
    relationships: {
      organization: reference('organizations', workspace.organization_name),
      project: reference('projects', workspace.project_id),
      'current-run': runReference(workspace.current_run_id),
      'latest-run': runReference(facts.latestRunId),
      'current-configuration-version': referenceOrNull(
        'configuration-versions',
        workspace.current_configuration_version_id,
      ),
      'current-state-version': referenceOrNull('state-versions', workspace.current_state_version_id),
      'drift-found-by': runReference(drift?.runId ?? null),
      'locked-by': lockedBy,
      'ssh-key': referenceOrNull('ssh-keys', workspace.ssh_key_id),
      'agent-pool': referenceOrNull('agent-pools', workspace.agent_pool_id),
      outputs: {
        data: rights.has('read-state-outputs') ? references('workspace-outputs', facts.outputIds) : [],
        links: { related: `${api}/current-state-version-outputs` },
      },
      vars: {
        data: rights.has('read-variables') ? references('vars', facts.variableIds) : [],
        links: { related: `${api}/vars` },
      },
      readme: referenceOrNull('workspace-readme', facts.hasReadme ? workspace.id : null),
      'tag-bindings': { links: { related: `${api}/tag-bindings` } },
      'effective-tag-bindings': {
        data: references(
          'effective-tag-bindings',
          facts.bindings.map(({ key }) => bindingId(workspace.id, key)),
        ),
        links: { related: `${api}/effective-tag-bindings` },
      },
      'remote-state-consumers': { links: { related: `${api}/relationships/remote-state-consumers` } },
    },
    links: {
      self: `/api/v2/organizations/${workspace.organization_name}/workspaces/${workspace.name}`,
      // This is a path: clients put the server's address in front of it.
      'self-html': `/app/${workspace.organization_name}/workspaces/${workspace.name}`,
    },
  };
}
