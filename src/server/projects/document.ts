import { z } from 'zod';
import { Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
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
    'auto-destroy-activity-duration': z.null(),
    'default-execution-mode': z.literal('remote'),
    'setting-overwrites': z.object({
      'default-execution-mode': z.boolean(),
      'default-agent-pool': z.boolean(),
    }),
    permissions: Permissions,
  },
  { organization: toOne('organizations') },
);

/** api-contract §5.2. */
export function projectResource(
  project: Project,
  organizationName: string,
  counts: ProjectCounts,
  rights: ReadonlySet<ProjectPermission>,
) {
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
      'auto-destroy-activity-duration': null,
      'default-execution-mode': 'remote',
      'setting-overwrites': { 'default-execution-mode': false, 'default-agent-pool': false },
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
    relationships: { organization: reference('organizations', organizationName) },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}
