import { recordChange } from '../access/record-change.ts';
import type { Tx } from '../database/transact.ts';

/**
 * Brings a person's teams into line with the groups of their provider: in organizations of which they are a member,
 * each team whose name or `sso-team-id` equals a group exactly. Only people assign the owners team. Memberships that
 * people gave stay: only one that came from a group ends with it.
 *
 * @param groups undefined: the provider sent none, and nothing changes
 */
export async function followGroups(
  tx: Tx,
  userId: string,
  groups: readonly string[] | undefined,
): Promise<void> {
  if (groups === undefined) return;
  const wanted = await tx
    .selectFrom('team')
    .innerJoin('organization_member', 'organization_member.organization_id', 'team.organization_id')
    .select(['team.id', 'team.organization_id'])
    .where('organization_member.user_id', '=', userId)
    .where('organization_member.status', '=', 'active')
    .where('team.is_owners', '=', false)
    .where((where) =>
      where.or([where('team.name', 'in', [...groups, '']), where('team.sso_team_id', 'in', [...groups, ''])]),
    )
    .execute();
  const teams = wanted.filter(({ id }, index) => wanted.findIndex((team) => team.id === id) === index);
  const left = await tx
    .deleteFrom('team_member')
    .where('user_id', '=', userId)
    .where('origin', '=', 'group')
    .where('team_id', 'not in', [...teams.map(({ id }) => id), ''])
    .returning(['team_id', 'organization_id'])
    .execute();
  const joined =
    teams.length === 0
      ? []
      : await tx
          .insertInto('team_member')
          .values(
            teams.map(({ id, organization_id }) => ({
              team_id: id,
              organization_id,
              user_id: userId,
              origin: 'group' as const,
            })),
          )
          .onConflict((conflict) => conflict.doNothing())
          .returning(['team_id', 'organization_id'])
          .execute();
  for (const [rows, action] of [
    [left, 'leave_by_group'],
    [joined, 'join_by_group'],
  ] as const) {
    for (const { team_id: id, organization_id: organizationId } of rows) {
      const resource = { type: 'teams', id };
      await recordChange(tx, null, { organizationId, resource, action, after: { user: userId } });
    }
  }
}
