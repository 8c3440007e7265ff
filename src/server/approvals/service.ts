import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireActor, type Person } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import { planDigest } from '../approval-rules/binding.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { confirmRun, discardRun } from '../runs/actions.ts';
import { ApprovalNeeded } from '../runs/approval-needed.ts';
import type { Run } from '../runs/transitions.ts';

const LIFETIME_MS = 60 * 60_000;

export type Approval = Row<'run_approval'>;

/** Applies a run, or tells where a person can approve it. @throws what confirmRun throws, and 403 with an address */
export async function applyOrAsk(
  platform: Platform,
  caller: Caller,
  runId: string,
  comment?: string,
): Promise<void> {
  try {
    await confirmRun(platform, caller, runId, comment);
  } catch (error) {
    if (!(error instanceof ApprovalNeeded)) throw error;
    const { id, expires_at: expiresAt } = await askForApproval(platform, caller, error.run, comment);
    const about = `${platform.publicUrl}/app/approvals/${id}`;
    const detail =
      `A person must approve what is applied over MCP in this workspace: nothing was applied. Ask the user to open ` +
      `${about} before ${expiresAt.toISOString()}, and wait for the run meanwhile.`;
    throw new Refusal('forbidden', [{ detail, about }]);
  }
}

/** A repeated request before the decision leads to the same page. */
async function askForApproval(
  { db }: Platform,
  caller: Caller,
  run: Run,
  comment: string | undefined,
): Promise<Approval> {
  requireActor(caller);
  return await transact(db, async (tx) => {
    const digest = await planDigest(tx, run.id);
    const waiting = await tx
      .selectFrom('run_approval')
      .selectAll()
      .where('run_id', '=', run.id)
      .where('plan_digest', '=', digest)
      .where('requested_with', '=', caller.tokenId)
      .where('decision', 'is', null)
      .where('expires_at', '>', new Date())
      .executeTakeFirst();
    if (waiting !== undefined) return waiting;
    const id = newId('apr');
    const approval = await tx
      .insertInto('run_approval')
      .values({
        id,
        run_id: run.id,
        plan_digest: digest,
        requested_by: caller.userId,
        requested_with: caller.tokenId,
        comment: comment ?? null,
        expires_at: new Date(Date.now() + LIFETIME_MS),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordChange(tx, caller, {
      organizationId: run.organization_id,
      resource: { type: 'runs', id: run.id },
      action: 'ask_approval',
      after: { plan_digest: digest },
    });
    return approval;
  });
}

export async function findApproval({ db }: Platform, id: string): Promise<Approval | undefined> {
  return await db.selectFrom('run_approval').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * A person's decision: the run is applied or discarded as if they had done it themselves, and the approval is used up
 * in the same transaction.
 *
 * @param reason of a rejection, kept as a comment of the run
 * @throws 409 when it was decided already, is too old, is for another plan, or the run is not in a state for it
 */
export async function decideApproval(
  platform: Platform,
  person: Person,
  approval: Approval,
  decision: 'confirmed' | 'rejected',
  reason?: string,
): Promise<void> {
  if (approval.requested_with === person.tokenId) {
    refuse('forbidden', 'This is the token of the agent that asks; sign in with one of your own.');
  }
  const spend = async (tx: Tx): Promise<void> => {
    const fresh = await tx
      .selectFrom('run_approval')
      .selectAll()
      .where('id', '=', approval.id)
      .forUpdate()
      .executeTakeFirst();
    if (fresh === undefined || fresh.decision !== null) refuse('conflict', 'This was decided already.');
    if (fresh.expires_at <= new Date()) refuse('conflict', 'This page is too old; let the agent ask again.');
    if (decision === 'confirmed' && fresh.plan_digest !== (await planDigest(tx, fresh.run_id))) {
      refuse('conflict', 'The plan is not the one that was asked for any more; let the agent ask again.');
    }
    await tx
      .updateTable('run_approval')
      .set({ decision, decided_by: person.userId, decided_at: new Date() })
      .where('id', '=', approval.id)
      .execute();
  };
  const comment = approval.comment ?? undefined;
  if (decision === 'confirmed') await confirmRun(platform, person, approval.run_id, comment, spend);
  else await discardRun(platform, person, approval.run_id, reason, spend);
}
