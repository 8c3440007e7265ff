import * as z from 'zod';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import type { RunTask } from './service.ts';

export const STAGES = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;
export const LEVELS = ['advisory', 'mandatory'] as const;

export const RunTaskSchema = resource(
  'tasks',
  {
    name: z.string(),
    url: z.string(),
    category: z.literal('task'),
    description: z.string(),
    enabled: z.boolean(),
    /** The key is never shown. */
    'hmac-key': z.null(),
    overridable: z.boolean(),
    'global-configuration': z.object({
      enabled: z.boolean(),
      stages: z.array(z.enum(STAGES)),
      'enforcement-level': z.enum(LEVELS),
    }),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  {
    organization: toOne('organizations'),
    'agent-pool': toOne('agent-pools'),
    'workspace-tasks': toMany('workspace-tasks'),
  },
);

/** The task and its attachments, as far as the reader may know them (api-contract §4.7). */
export const runTaskResource = (task: RunTask, organizationName: string, attachedIds: readonly string[]) => ({
  id: task.id,
  type: 'tasks',
  attributes: {
    name: task.name,
    url: task.url,
    category: 'task' as const,
    description: task.description,
    enabled: task.enabled,
    'hmac-key': null,
    overridable: task.overridable,
    'global-configuration': {
      enabled: task.is_global,
      stages: task.global_stages,
      'enforcement-level': task.global_level,
    },
    'created-at': timestamp(task.created_at),
    'updated-at': timestamp(task.updated_at),
  },
  relationships: {
    organization: reference('organizations', organizationName),
    // The server itself calls tasks, never an agent.
    'agent-pool': referenceOrNull('agent-pools', null),
    'workspace-tasks': { data: attachedIds.map((id) => ({ id, type: 'workspace-tasks' })) },
  },
  links: { self: `/api/v2/tasks/${task.id}` },
});
