import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { countsFor, readAuthors, type ApprovedRun } from './approvers.ts';
import { approvalBinding } from './binding.ts';
import { closedNow, type Closed } from './change-windows.ts';

/** How far a rule is met. */
export interface Standing {
  /** null: everybody who may apply. */
  team: string | null;
  required: number;
  given: number;
}

export interface Requirements {
  /** Every rule of the workspace; a rule is met when as many approvals are given as are required. */
  rules: Standing[];
  closed: Closed | undefined;
}

/** The conditions of a workspace for an apply in it. */
export type Gates = Pick<Row<'workspace'>, 'approval_rules' | 'change_windows'>;

export async function readGates(db: Kysely<Database>, workspaceId: string): Promise<Gates> {
  return await db
    .selectFrom('workspace')
    .select(['approval_rules', 'change_windows'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
}

/** The conditions between a plan and its apply, and how far they are met now: void approvals do not count. */
export async function readRequirements(
  db: Kysely<Database>,
  run: ApprovedRun,
  { approval_rules: rules, change_windows: windows }: Gates,
  now = new Date(),
): Promise<Requirements> {
  const closed = closedNow(windows, now);
  if (rules.length === 0) return { rules: [], closed };
  const approvers = await readApprovers(db, run);
  const standings: Standing[] = [];
  for (const rule of rules) {
    let given = 0;
    for (const userId of approvers) if (await countsFor(db, run, rule, userId)) given += 1;
    standings.push({ team: await nameOfTeam(db, rule['team-id']), required: rule.approvals, given });
  }
  return { rules: standings, closed };
}

/** The users whose approval is of exactly this plan and all that belongs to it, without the authors. */
async function readApprovers(db: Kysely<Database>, run: ApprovedRun): Promise<string[]> {
  const approvals = await db
    .selectFrom('plan_approval')
    .select(['user_id', 'binding'])
    .where('run_id', '=', run.id)
    .execute();
  if (approvals.length === 0) return [];
  const binding = await approvalBinding(db, run.id);
  const authors = await readAuthors(db, run);
  return approvals
    .filter((approval) => approval.binding === binding && !authors.has(approval.user_id))
    .map(({ user_id: userId }) => userId);
}

async function nameOfTeam(db: Kysely<Database>, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const team = await db.selectFrom('team').select('name').where('id', '=', id).executeTakeFirst();
  return team?.name ?? `${id} (gone: change the rule)`;
}

export const missingOf = ({ rules }: Requirements): Standing[] =>
  rules.filter(({ given, required }) => given < required);

/** @returns a sentence that says why the run may not be applied now; undefined when it may */
export async function reasonNotToApply(
  db: Kysely<Database>,
  run: ApprovedRun,
  gates: Gates,
): Promise<string | undefined> {
  const requirements = await readRequirements(db, run, gates);
  const missing = missingOf(requirements);
  if (missing.length > 0) return missingText(missing);
  return requirements.closed === undefined ? undefined : closedText(requirements.closed);
}

export function missingText(missing: readonly Standing[]): string {
  const each = missing.map(
    ({ team, given, required }) =>
      `${given} of ${required} ${team === null ? 'of those who may apply' : `of the team ${team}`}`,
  );
  return `It waits for approvals: ${each.join(', ')}.`;
}

export function closedText({ kind, name, until }: Closed): string {
  const end = until === null ? 'until its change-windows are changed' : `until ${until.toISOString()}`;
  return kind === 'freeze'
    ? `It waits: the freeze ${JSON.stringify(name)} lets nothing be applied ${end}.`
    : `It waits for a change window (${name}): nothing is applied ${end}.`;
}

/**
 * Stores a person's approval of the plan as everything is now; a second one replaces their first. The caller holds the
 * rows of workspace and run.
 *
 * @throws 403 an agent, an author, or a person whom no rule asks; 409 the workspace asks for no approvals
 */
export async function approvePlan(tx: Tx, caller: Caller, run: ApprovedRun, gates: Gates): Promise<void> {
  if (caller.kind !== 'user') refuse('forbidden', 'A person approves: use a token of their own.');
  if (gates.approval_rules.length === 0) {
    refuse('conflict', 'The workspace asks for no approvals: whoever may apply confirms.');
  }
  if (caller.origin.via === 'mcp') {
    refuse('forbidden', 'A person approves, and not over MCP: use the API or "runwright run approve".');
  }
  if ((await readAuthors(tx, run)).has(caller.userId)) {
    refuse('forbidden', 'Whoever queued a run or uploaded its configuration does not approve it.');
  }
  if (!(await isAsked(tx, run, gates, caller.userId))) {
    refuse('forbidden', 'No approval rule of the workspace asks for yours.');
  }
  await keepApproval(tx, run, caller.userId);
}

/**
 * Called in the transaction that confirms a run. A person who confirms a run and is asked for an approval gives
 * that approval as well, unless they are an author.
 *
 * @throws 409 approvals are missing, or nothing may be applied now
 */
export async function requireApprovals(
  tx: Tx,
  caller: Caller,
  run: ApprovedRun,
  gates: Gates,
): Promise<void> {
  const isPerson = caller.kind === 'user' && caller.origin.via !== 'mcp';
  if (isPerson && (await isAsked(tx, run, gates, caller.userId))) {
    if (!(await readAuthors(tx, run)).has(caller.userId)) await keepApproval(tx, run, caller.userId);
  }
  const reason = await reasonNotToApply(tx, run, gates);
  if (reason !== undefined) refuse('conflict', `${reason} Nothing was applied.`);
}

/** Whether a rule asks for the user's approval. The caller leaves out the authors. */
export async function isAsked(
  db: Kysely<Database>,
  run: ApprovedRun,
  gates: Gates,
  userId: string,
): Promise<boolean> {
  for (const rule of gates.approval_rules) if (await countsFor(db, run, rule, userId)) return true;
  return false;
}

async function keepApproval(tx: Tx, run: ApprovedRun, userId: string): Promise<void> {
  const binding = await approvalBinding(tx, run.id);
  await tx
    .insertInto('plan_approval')
    .values({ id: newId('plap'), run_id: run.id, user_id: userId, binding })
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'user_id']).doUpdateSet({ binding, created_at: new Date() }),
    )
    .execute();
}
