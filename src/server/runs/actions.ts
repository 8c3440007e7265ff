import { CONFLICT, newId, runActions } from '@runwright/models';
import { agentOf, type Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import { approvePlan, requireApprovals } from '../approval-rules/service.ts';
import { requireActor, type WorkspacePermission } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { recordSnapshot } from '../states/record-snapshot.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { ApprovalNeeded } from './approval-needed.ts';
import { readRun } from './queries.ts';
import { happen } from './life.ts';
import { advanceWorkspace } from './schedule.ts';
import { lockRun, recordEvent, type Phase, type Run, type Tx } from './transitions.ts';

/** The longest comment of an action, in UTF-16 units. */
export const MAX_COMMENT = 10_000;

/** The locked rows that an action works on. */
interface Held {
  workspace: Row<'workspace'>;
  run: Run;
  phases: Pick<Phase, 'id' | 'kind' | 'input_state_version_id'>[];
}

type Act = (
  tx: Tx,
  held: Held,
  actor: { actorId: string; agent: string | null; commentId: string | null },
) => Promise<void>;

/** The common part of all actions: the right, the order of locks, the comment, the record, and the wake-ups. */
export async function act(
  platform: Platform,
  caller: Caller,
  action:
    | 'apply'
    | 'approve'
    | 'discard'
    | 'cancel'
    | 'force_cancel'
    | 'force_execute'
    | 'override_policies'
    | 'override_tasks',
  runId: string,
  comment: string | undefined,
  change: Act,
  permission: WorkspacePermission = 'apply-runs',
): Promise<void> {
  requireActor(caller);
  const seen = await readRun(platform.db, caller, runId, permission);
  const phases = await transact(platform.db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, seen.workspace_id)) ?? refuse('not_found');
    const run = await lockRun(tx, runId);
    const phases = await tx
      .selectFrom('run_phase')
      .select(['id', 'kind', 'input_state_version_id'])
      .where('run_id', '=', runId)
      .execute();
    const commentId = comment === undefined ? null : newId('wsc');
    if (commentId !== null && comment !== undefined) {
      await tx
        .insertInto('comment')
        .values({ id: commentId, run_id: runId, created_by: caller.userId, body: comment })
        .execute();
    }
    await change(
      tx,
      { workspace, run, phases },
      {
        actorId: caller.userId,
        agent: agentOf(caller),
        commentId,
      },
    );
    await recordChange(tx, caller, {
      organizationId: run.organization_id,
      resource: { type: 'runs', id: run.id },
      action,
      before: { status: run.status },
      after: { comment: commentId },
    });
    return phases;
  });
  platform.wakeUps.wake(topics.work);
  for (const { id } of phases) {
    platform.wakeUps.wake(topics.step(id));
    platform.wakeUps.wake(topics.log(id));
  }
}

export const actionsOf = (run: Run, now = new Date()) =>
  runActions({
    status: run.status,
    planOnly: run.plan_only,
    hasChanges: run.has_changes,
    allowEmptyApply: run.allow_empty_apply,
    generatedConfiguration: run.generated_configuration,
    cancelRequestedAt: run.cancel_requested_at,
    forceCancelAvailableAt: run.force_cancel_available_at,
    now,
  });

/** @throws 404 for callers who may not apply it */
export const readRunToApply = async ({ db }: Platform, caller: Caller, runId: string): Promise<Run> =>
  await readRun(db, caller, runId, 'apply-runs');

/** A person approves exactly the plan that was made; a plan is refused once the state has changed (threats T18). */
export async function confirmRun(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
  spendApproval?: (tx: Tx) => Promise<void>,
): Promise<void> {
  await act(platform, caller, 'apply', runId, comment, async (tx, { workspace, run, phases }, actor) => {
    if (!actionsOf(run).isConfirmable)
      refuse('conflict', run.generated_configuration ? CONFLICT.generated : CONFLICT.apply);
    if (spendApproval !== undefined) await spendApproval(tx);
    else if (caller.origin.via === 'mcp' && workspace.mcp_apply_approval) throw new ApprovalNeeded(run);
    const plan = phases.find(({ kind }) => kind === 'plan');
    if (plan?.input_state_version_id !== workspace.current_state_version_id) {
      refuse('conflict', 'The state has changed since this plan was made; discard it and create a new run.');
    }
    await requireApprovals(tx, caller, run, workspace);
    const columns = { confirmed_by: actor.actorId, confirmed_at: new Date() };
    await happen(platform, tx, run, { type: 'confirm' }, { ...actor, columns });
    if (!run.save_plan) return;
    await adoptProvisionalConfiguration(tx, run);
    await advanceWorkspace(platform, tx, workspace);
  });
}

/** Records the approval of one more person whom the rules ask; the run is applied when a person confirms it. */
export async function approveRun(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
): Promise<void> {
  const approve: Act = async (tx, { workspace, run }, actor) => {
    if (!actionsOf(run).isConfirmable)
      refuse('conflict', 'run was not paused for confirmation; approve not allowed');
    await approvePlan(tx, caller, run, workspace);
    await recordEvent(tx, run.id, 'approved', actor);
  };
  await act(platform, caller, 'approve', runId, comment, approve, 'approve-runs');
}

export async function discardRun(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
  spendApproval?: (tx: Tx) => Promise<void>,
): Promise<void> {
  await act(platform, caller, 'discard', runId, comment, async (tx, { workspace, run }, actor) => {
    if (!actionsOf(run).isDiscardable && run.status !== 'pending') refuse('conflict', CONFLICT.discard);
    await spendApproval?.(tx);
    await happen(platform, tx, run, { type: 'discard' }, actor);
    await advanceWorkspace(platform, tx, workspace);
  });
}

/** Ends a run at once; if terraform works on it, asks the runner for one interrupt and lets it end cleanly. */
export async function cancelRun(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
): Promise<void> {
  await act(platform, caller, 'cancel', runId, comment, async (tx, { workspace, run }, actor) => {
    if (!actionsOf(run).isCancelable) refuse('conflict', CONFLICT.cancel);
    const coolOffMs = platform.limits.forceCancelAfterMs;
    const event = { type: 'cancel', at: new Date(), coolOffMs } as const;
    const columns = { canceled_by: actor.actorId };
    const { status } = await happen(platform, tx, run, event, { ...actor, columns });
    if (status === 'canceled') await advanceWorkspace(platform, tx, workspace);
    else await recordEvent(tx, run.id, 'cancel_requested', actor);
  });
}

/** Frees the workspace whatever the runner does; the state that the apply has reported so far is kept. */
export async function forceCancelRun(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
): Promise<void> {
  const kill: Act = async (tx, { workspace, run }, actor) => {
    if (!actionsOf(run).isForceCancelable) refuse('conflict', CONFLICT.forceCancel);
    await recordSnapshot(platform, tx, run);
    await happen(platform, tx, run, { type: 'forceCancel', at: new Date() }, actor);
    await advanceWorkspace(platform, tx, workspace);
  };
  await act(platform, caller, 'force_cancel', runId, comment, kill, 'force-cancel-runs');
}

/** A provisional configuration becomes the workspace's when its saved plan is applied (api-contract §3.3 row 30). */
async function adoptProvisionalConfiguration(tx: Tx, run: Run): Promise<void> {
  await tx
    .updateTable('workspace')
    .set({ current_configuration_version_id: run.configuration_version_id })
    .where('id', '=', run.workspace_id)
    .where((where) =>
      where.exists(
        where
          .selectFrom('configuration_version as saved')
          .leftJoin('configuration_version as newest', (join) =>
            join.onRef('newest.id', '=', 'workspace.current_configuration_version_id'),
          )
          .select('saved.id')
          .where('saved.id', '=', run.configuration_version_id)
          .whereRef('saved.workspace_id', '=', 'workspace.id')
          .where('saved.provisional', '=', true)
          .where((newer) =>
            newer.or([
              newer('newest.id', 'is', null),
              newer('newest.created_at', '<', newer.ref('saved.created_at')),
            ]),
          ),
      ),
    )
    .execute();
}
