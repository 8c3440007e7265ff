import * as z from 'zod';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import { LEVELS, STAGES } from '../run-tasks/document.ts';
import type { WorkspaceTask } from './service.ts';

export const WorkspaceTaskSchema = resource(
  'workspace-tasks',
  {
    'enforcement-level': z.enum(LEVELS),
    stages: z.array(z.enum(STAGES)),
    /** For older clients: the stage that comes first in a run. */
    stage: z.enum(STAGES).nullable(),
  },
  { task: toOne('tasks'), workspace: toOne('workspaces') },
);

/** api-contract §4.7. */
export const workspaceTaskResource = (attached: WorkspaceTask) => ({
  id: attached.id,
  type: 'workspace-tasks',
  attributes: {
    'enforcement-level': attached.level,
    stages: attached.stages,
    stage: STAGES.find((stage) => attached.stages.includes(stage)) ?? null,
  },
  relationships: {
    task: reference('tasks', attached.run_task_id),
    workspace: reference('workspaces', attached.workspace_id),
  },
  links: { self: `/api/v2/workspaces/${attached.workspace_id}/tasks/${attached.id}` },
});
