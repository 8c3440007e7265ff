import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { happen } from './life.ts';
import type { Tx } from './transitions.ts';

/**
 * Starts the next run of a workspace, if one may start: called in every transaction that ends a run, frees the
 * workspace or adds a run to it. The caller holds the workspace's row, passes it, and wakes the runners after the
 * commit.
 */
export async function advanceWorkspace(
  platform: Platform,
  tx: Tx,
  workspace: Pick<Row<'workspace'>, 'id' | 'locked_by'>,
): Promise<void> {
  if (workspace.locked_by !== null) return;
  const waiting = await tx
    .selectFrom('run')
    .selectAll()
    .where('workspace_id', '=', workspace.id)
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
