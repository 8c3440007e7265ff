import type { Platform } from '../context.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { happen } from './life.ts';
import type { Tx } from './transitions.ts';

/**
 * Starts what may start in a workspace, if anything may: called in every transaction that ends a run, frees the
 * workspace or adds a run to it. The caller wakes the runners after the commit.
 */
export async function advanceWorkspace(platform: Platform, tx: Tx, workspaceId: string): Promise<void> {
  const workspace = await lockWorkspaceRow(tx, workspaceId);
  if (workspace === undefined || workspace.locked_by !== null) return;
  const waiting = await tx
    .selectFrom('run')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where((where) =>
      where.or([
        where('holds_workspace', '=', true),
        // A saved plan that was confirmed waits in `confirmed` for the workspace (api-contract §3.3 row 30).
        where.and([where('status', '=', 'confirmed'), where('save_plan', '=', true)]),
        where.and([
          where('status', '=', 'pending'),
          where('plan_only', '=', false),
          where('save_plan', '=', false),
        ]),
      ]),
    )
    .orderBy('holds_workspace', 'desc')
    .orderBy('save_plan', 'desc')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
  if (waiting === undefined || waiting.holds_workspace) return;
  await happen(platform, tx, waiting, { type: 'schedule', workspaceFree: true });
}
