import type { ApprovalRule } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

/**
 * Refuses a rule with a team that does not exist, because it could never be met. A rule that was set before stays, also
 * when its team has been deleted since: it can be sent again with the others.
 *
 * @throws 422 with the rule
 */
export async function requireTeams(
  tx: Tx,
  organizationId: string,
  rules: readonly ApprovalRule[],
  before: readonly ApprovalRule[],
): Promise<void> {
  const kept = new Set(before.map((rule) => rule['team-id']));
  const asked = rules
    .map((rule) => rule['team-id'])
    .filter((id) => id !== null)
    .filter((id) => !kept.has(id));
  if (asked.length === 0) return;
  const there = await tx
    .selectFrom('team')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', 'in', asked)
    .execute();
  const known = new Set(there.map(({ id }) => id));
  const missing = asked.find((id) => !known.has(id));
  if (missing === undefined) return;
  const index = rules.findIndex((rule) => rule['team-id'] === missing);
  refuse(
    'unprocessable',
    `approval-rules: "${missing}" is not a team of the organization`,
    `/data/attributes/approval-rules/${index}/team-id`,
  );
}
