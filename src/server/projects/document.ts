import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { Permissions, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import type { ProjectPermission } from '../http/permission.ts';
import type { Project, ProjectCounts } from './service.ts';

export const ProjectSchema = resource(
  'projects',
  {
    name: z.string(),
    description: z.string().nullable(),
    'created-at': Timestamp,
    'workspace-count': z.int(),
    'team-count': z.int(),
    'stack-count': z.int(),
    'auto-destroy-activity-duration': z.string().nullable(),
    'is-unified': z.literal(false),
    'default-execution-mode': z.enum(['remote', 'local', 'agent']),
    'setting-overwrites': z.object({
      'default-execution-mode': z.boolean(),
      'default-agent-pool': z.boolean(),
    }),
    permissions: Permissions,
  },
  {
    organization: toOne('organizations'),
    'default-agent-pool': toOne('agent-pools'),
    /** Present only when `include` names it. */
    'effective-tag-bindings': toMany('effective-tag-bindings').optional(),
  },
);

/** The facts of its organization that a project's document needs. */
export type ProjectOrganization = Pick<
  Row<'organization'>,
  'name' | 'default_execution_mode' | 'default_agent_pool_id'
>;

/** api-contract §5.2. */
export function projectResource(
  project: Project,
  inherited: ProjectOrganization,
  counts: ProjectCounts,
  rights: ReadonlySet<ProjectPermission>,
) {
  const overrides = project.default_execution_mode !== null;
  return {
    id: project.id,
    type: 'projects',
    attributes: {
      name: project.name,
      description: project.description,
      'created-at': timestamp(project.created_at),
      'workspace-count': counts.workspaces,
      'team-count': counts.teams,
      'stack-count': 0,
      'auto-destroy-activity-duration': project.auto_destroy_activity_duration,
      'is-unified': false,
      'default-execution-mode': project.default_execution_mode ?? inherited.default_execution_mode,
      // The pool goes with the mode.
      'setting-overwrites': { 'default-execution-mode': overrides, 'default-agent-pool': overrides },
      permissions: {
        'can-read': rights.has('read'),
        'can-update': rights.has('update'),
        'can-destroy': rights.has('delete') && !project.is_default,
        'can-create-workspace': rights.has('create-workspace'),
        'can-move-workspace': rights.has('move-workspace'),
        'can-read-teams': rights.has('read-teams'),
        'can-manage-teams': rights.has('manage-teams'),
        'can-read-varsets': rights.has('read-variable-sets'),
        'can-manage-varsets': rights.has('write-variable-sets'),
      },
    },
    relationships: {
      organization: reference('organizations', inherited.name),
      'default-agent-pool': referenceOrNull(
        'agent-pools',
        overrides ? project.default_agent_pool_id : inherited.default_agent_pool_id,
      ),
    },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}
