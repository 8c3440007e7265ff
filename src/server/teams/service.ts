import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { refuseIn, requireInOrganization } from '../access/permissions.ts';
import { forgetRights, organizationRights } from '../access/rights.ts';
import { differences, recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database, Row, RowChange } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';
import { ORGANIZATION_ACCESS, type TeamView } from './document.ts';
import { OWNERS } from './owners.ts';
import { teamRights } from './rules.ts';

export const record = recorderOf('teams');

type Team = Row<'team'>;
export type TeamRight = keyof ReturnType<typeof teamRights>;

export interface TeamSettings {
  name?: string | undefined;
  visibility?: 'secret' | 'organization' | undefined;
  'sso-team-id'?: string | null | undefined;
  'allow-member-token-management'?: boolean | undefined;
  'organization-access'?: Partial<Record<string, boolean>> | undefined;
}

/** @throws 404 when it does not exist or the caller may not do this with it */
export async function readTeam(
  { db }: Platform,
  caller: Caller,
  id: string,
  right: TeamRight = 'canRead',
): Promise<Team> {
  const team = await db.selectFrom('team').selectAll().where('id', '=', id).executeTakeFirst();
  if (team === undefined) refuse('not_found');
  const rights = teamRights(await organizationRights(db, caller, team.organization_id), team);
  return rights.canRead && rights[right] ? team : await refuseIn(db, caller, team.organization_id);
}

/** Adds the facts that the teams' documents need, in one query. */
export async function viewTeams({ db }: Platform, teams: readonly Team[]): Promise<TeamView[]> {
  if (teams.length === 0) return [];
  const ids = teams.map(({ id }) => id);
  const members = await db
    .selectFrom('team_member')
    .innerJoin('organization_member', (join) =>
      join
        .onRef('organization_member.user_id', '=', 'team_member.user_id')
        .onRef('organization_member.organization_id', '=', 'team_member.organization_id'),
    )
    .select([
      'team_member.team_id',
      'team_member.user_id as userId',
      'organization_member.id as membershipId',
    ])
    .where('team_member.team_id', 'in', ids)
    .orderBy('organization_member.created_at')
    .execute();
  const organizations = await db
    .selectFrom('organization')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(teams.map(({ organization_id }) => organization_id))])
    .execute();
  return teams.map((team) => ({
    ...team,
    organization_name: organizations.find(({ id }) => id === team.organization_id)?.name ?? '',
    members: members.filter(({ team_id }) => team_id === team.id),
  }));
}

/** The teams that the caller may see, by name. @param search a part of the name; empty: all */
export async function listTeams(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { names, search }: { names: readonly string[]; search: string },
  page: Page,
): Promise<{ teams: Team[]; totalCount: number }> {
  let query = db.selectFrom('team').selectAll().where('organization_id', '=', organizationId);
  if (names.length > 0) query = query.where('name', 'in', names);
  if (search !== '') query = query.where('name', 'ilike', containing(search));
  const rights = await organizationRights(db, caller, organizationId);
  const teams = (await query.orderBy('name').execute()).filter((team) => teamRights(rights, team).canRead);
  return { teams: teams.slice(offsetOf(page), offsetOf(page) + page.size), totalCount: teams.length };
}

export async function createTeam(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  settings: TeamSettings & { name: string },
): Promise<Team> {
  await requireInOrganization(db, caller, organizationId, 'manage-teams');
  if (settings.name === OWNERS) refuseTakenName();
  await requireAccessChange(db, caller, organizationId, {}, settings);
  return await transact(db, async (tx) => {
    const team = await tx
      .insertInto('team')
      .values({
        ...toColumns(settings, {}),
        name: settings.name,
        id: newId('team'),
        organization_id: organizationId,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (team === undefined) return refuseTakenName();
    await record(tx, caller, team, 'create', { after: { ...settings } });
    return team;
  });
}

export async function updateTeam(
  { db }: Platform,
  caller: Caller,
  team: Team,
  settings: TeamSettings,
): Promise<Team> {
  if (team.is_owners && settings.name !== undefined && settings.name !== OWNERS) {
    refuse('invalid_attribute', 'The owners team cannot be renamed', '/data/attributes/name');
  }
  if (!team.is_owners && settings.name === OWNERS) refuseTakenName();
  const updated = await transact(db, async (tx) => {
    const before = await tx
      .selectFrom('team')
      .selectAll()
      .where('id', '=', team.id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (before === undefined) return undefined;
    await requireAccessChange(tx, caller, before.organization_id, before.organization_access, settings);
    const columns = toColumns(settings, before.organization_access);
    if (Object.keys(columns).length === 0) return before;
    await record(tx, caller, team, 'update', differences(before, columns));
    return await tx
      .updateTable('team')
      .set(columns)
      .where('id', '=', team.id)
      .returningAll()
      .executeTakeFirst();
  }).catch(refuseIfNameIsTaken);
  forgetRights(caller);
  return updated ?? refuse('not_found');
}

export async function deleteTeam({ db }: Platform, caller: Caller, team: Team): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('team').where('id', '=', team.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await record(tx, caller, team, 'destroy', { before: { name: team.name } });
  });
}

/** A caller who could give a team access to the organization could gain it: that needs a permission of its own. */
async function requireAccessChange(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  current: Record<string, boolean>,
  settings: TeamSettings,
): Promise<void> {
  const asked = Object.entries(settings['organization-access'] ?? {});
  if (asked.some(([flag, value]) => value !== undefined && value !== (current[flag] ?? false))) {
    await requireInOrganization(db, caller, organizationId, 'manage-organization-access');
  }
}

function toColumns(settings: TeamSettings, currentAccess: Record<string, boolean>): RowChange<'team'> {
  const access = settings['organization-access'];
  const columns = {
    name: settings.name,
    visibility: settings.visibility,
    sso_team_id: settings['sso-team-id'],
    allow_member_token_management: settings['allow-member-token-management'],
    organization_access:
      access &&
      JSON.stringify(
        Object.fromEntries(
          ORGANIZATION_ACCESS.map((flag) => [flag, access[flag] ?? currentAccess[flag] ?? false]),
        ),
      ),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
