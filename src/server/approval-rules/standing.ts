import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import type { Database } from '../database/schema.ts';
import { countsFor, readAuthors, type ApprovedRun } from './approvers.ts';
import { approvalBinding } from './binding.ts';
import type { Closed } from './change-windows.ts';
import { isAsked, readGates, readRequirements, type Standing } from './service.ts';

/** Why an approval does not count; null: it counts. */
export type VoidReason = 'changed' | 'author' | 'not-asked';

export interface GivenApproval {
  userId: string;
  username: string;
  givenAt: Date;
  void: VoidReason | null;
}

export interface ApprovalStanding {
  runId: string;
  rules: readonly Standing[];
  approvals: readonly GivenApproval[];
  closed: Closed | undefined;
  /** Whether the caller's approval is missing and would count; not whether the run can be approved now. */
  isCallerAsked: boolean;
}

/** The workspace's conditions for an apply of the run, and who has approved, void approvals included. */
export async function readApprovalStanding(
  db: Kysely<Database>,
  caller: Caller,
  run: ApprovedRun,
): Promise<ApprovalStanding> {
  const gates = await readGates(db, run.workspace_id);
  const { rules, closed } = await readRequirements(db, run, gates);
  const authors = await readAuthors(db, run);
  const rows = await db
    .selectFrom('plan_approval')
    .innerJoin('users', 'users.id', 'plan_approval.user_id')
    .select(['plan_approval.user_id', 'plan_approval.binding', 'plan_approval.created_at', 'users.username'])
    .where('plan_approval.run_id', '=', run.id)
    .orderBy('plan_approval.created_at')
    .execute();
  const binding = rows.length === 0 ? '' : await approvalBinding(db, run.id);
  const whyVoid = async (userId: string, given: string): Promise<VoidReason | null> => {
    if (authors.has(userId)) return 'author';
    if (given !== binding) return 'changed';
    for (const rule of gates.approval_rules) if (await countsFor(db, run, rule, userId)) return null;
    return 'not-asked';
  };
  const approvals: GivenApproval[] = [];
  for (const row of rows) {
    const { user_id: userId, username, created_at: givenAt } = row;
    approvals.push({ userId, username, givenAt, void: await whyVoid(userId, row.binding) });
  }
  const isCallerAsked =
    caller.kind === 'user' &&
    caller.origin.via !== 'mcp' &&
    !authors.has(caller.userId) &&
    !approvals.some((each) => each.userId === caller.userId && each.void === null) &&
    (await isAsked(db, run, gates, caller.userId));
  return { runId: run.id, rules, approvals, closed, isCallerAsked };
}
