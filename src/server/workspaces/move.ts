import type { Caller } from '../access/caller.ts';
import { canInProject, canInWorkspace } from '../access/permissions.ts';
import { requireUsablePool } from '../agent-pools/usable.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { keepProject, readProject } from '../projects/service.ts';
import { holdDefaultExecution } from '../execution/inherited-execution.ts';
import { lockWorkspaceRow, readWorkspace } from './service.ts';

/**
 * Moves workspaces into a project, all of them or none.
 *
 * @throws 403 the caller may know of them but not move them there; 422 one is of another organization, or has its own
 *   pool, which is not for the project
 */
export async function moveWorkspaces(
  platform: Platform,
  caller: Caller,
  projectId: string,
  workspaceIds: readonly string[],
): Promise<void> {
  const { db } = platform;
  const project = await readProject(platform, caller, projectId);
  if (!(await canInProject(db, caller, project, 'move-workspace'))) {
    refuse('forbidden', `You may not move workspaces into the project ${project.name}.`);
  }
  // In a fixed order, so that two moves of the same workspaces wait for each other and never deadlock.
  const ids = [...new Set(workspaceIds)].sort();
  for (const id of ids) {
    const workspace = await readWorkspace(platform, caller, id);
    if (!(await canInWorkspace(db, caller, workspace, 'move'))) {
      refuse('forbidden', `You may not move the workspace ${workspace.name}.`);
    }
    if (workspace.organization_id !== project.organization_id) {
      refuse('invalid_attribute', `${id} is of another organization than the project.`, '/data');
    }
  }
  await transact(db, async (tx) => {
    await keepProject(tx, project.id);
    const inherited = await holdDefaultExecution(tx, project.id);
    for (const id of ids) {
      const before = (await lockWorkspaceRow(tx, id)) ?? refuse('not_found');
      if (before.project_id === project.id) continue;
      if (before.overrides_execution && before.agent_pool_id !== null) {
        await requireUsablePool(tx, before.agent_pool_id, {
          organizationId: before.organization_id,
          projectId: project.id,
          workspaceId: id,
        });
      }
      await tx
        .updateTable('workspace')
        .set({
          ...(before.overrides_execution ? {} : inherited),
          project_id: project.id,
          updated_at: new Date(),
        })
        .where('id', '=', id)
        .execute();
      await recordChange(tx, caller, {
        organizationId: before.organization_id,
        resource: { type: 'workspaces', id },
        action: 'update',
        before: { project_id: before.project_id },
        after: { project_id: project.id },
      });
    }
  });
}
