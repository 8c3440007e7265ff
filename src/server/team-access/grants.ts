import { sql, type Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange, type Change } from '../access/record-change.ts';
import { forgetRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import type { Grant } from './grant.ts';
import type { GrantKind } from './grant-kind.ts';

/** The attributes of a grant in a request. */
export interface GrantChange {
  access?: string | undefined;
  [detail: string]: unknown;
}

/** The access of teams, or of one team, to one subject, in the order in which it was given. */
export async function listGrants(
  db: Kysely<Database>,
  kind: GrantKind,
  { subjectId, teamId }: { subjectId: string; teamId: string | undefined },
  page: Page,
): Promise<{ grants: Grant[]; totalCount: number }> {
  const { table, column } = sqlOf(kind);
  const all = sql`from ${table} where ${column} = ${subjectId}
    and ${teamId === undefined ? sql`true` : sql`team_id = ${teamId}`}`;
  const { rows: counted } = await sql<{ count: number }>`select count(*) as count ${all}`.execute(db);
  const { rows: grants } = await sql<Grant>`
    select *, ${column} as subject_id ${all}
    order by created_at, id limit ${page.size} offset ${offsetOf(page)}`.execute(db);
  return { grants, totalCount: counted[0]?.count ?? 0 };
}

/** @throws 404 there is no such grant that the caller may see or change */
export async function readGrant(
  { db }: Platform,
  caller: Caller,
  kind: GrantKind,
  id: string,
  right: 'see' | 'change',
): Promise<Grant> {
  const { table, column } = sqlOf(kind);
  const { rows } = await sql<Grant>`
    select *, ${column} as subject_id from ${table} where id = ${id}`.execute(db);
  const grant = rows[0] ?? refuse('not_found');
  await kind.require(
    db,
    caller,
    { id: grant.subject_id, organization_id: grant.organization_id },
    kind.rights[right],
  );
  return grant;
}

/** @throws 422 the team has access already, or details are given to a level that has its own */
export async function giveAccess(
  { db }: Platform,
  caller: Caller,
  kind: GrantKind,
  to: { teamId: string; subject: { id: string; organization_id: string } },
  { access = 'read', ...details }: GrantChange,
): Promise<Grant> {
  const custom = kind.customDetails(access, details);
  const { table, column } = sqlOf(kind);
  const grant = await transact(db, async (tx) => {
    const { rows } = await sql<Grant>`
      insert into ${table} (id, organization_id, team_id, ${column}, access, details)
      values (${newId(kind.idPrefix)}, ${to.subject.organization_id}, ${to.teamId}, ${to.subject.id}, ${access},
        ${custom === null ? null : JSON.stringify(custom)})
      on conflict (${column}, team_id) do nothing
      returning *, ${column} as subject_id`.execute(tx);
    const created =
      rows[0] ?? refuse('invalid_attribute', 'Team has already been taken', '/data/relationships/team');
    await record(tx, caller, kind, created, { action: 'create', after: shown(kind, created) });
    return created;
  });
  forgetRights(caller);
  return grant;
}

/** @throws 404 it is gone; 422 details are given to a level that has its own */
export async function changeAccess(
  { db }: Platform,
  caller: Caller,
  kind: GrantKind,
  id: string,
  { access: wanted, ...details }: GrantChange,
): Promise<Grant> {
  const { table, column } = sqlOf(kind);
  const grant = await transact(db, async (tx) => {
    // With the lock, neither of two parallel changes undoes the other.
    const { rows: locked } = await sql<Grant>`
      select *, ${column} as subject_id from ${table} where id = ${id} for update`.execute(tx);
    const before = locked[0] ?? refuse('not_found');
    const access = wanted ?? before.access;
    const custom = kind.customDetails(access, details, before);
    const { rows } = await sql<Grant>`
      update ${table} set access = ${access}, details = ${custom === null ? null : JSON.stringify(custom)}
      where id = ${id} returning *, ${column} as subject_id`.execute(tx);
    const changed = rows[0] ?? refuse('not_found');
    await record(tx, caller, kind, changed, {
      action: 'update',
      before: { access: before.access, details: before.details },
      after: shown(kind, changed),
    });
    return changed;
  });
  forgetRights(caller);
  return grant;
}

/** @throws 404 it is gone */
export async function takeAccess(
  { db }: Platform,
  caller: Caller,
  kind: GrantKind,
  id: string,
): Promise<void> {
  const { table, column } = sqlOf(kind);
  await transact(db, async (tx) => {
    const { rows } = await sql<Grant>`
      delete from ${table} where id = ${id} returning *, ${column} as subject_id`.execute(tx);
    const taken = rows[0] ?? refuse('not_found');
    await record(tx, caller, kind, taken, { action: 'destroy', before: shown(kind, taken) });
  });
  forgetRights(caller);
}

const sqlOf = ({ subject }: GrantKind) => ({
  table: sql.table(`team_${subject}`),
  column: sql.ref(`${subject}_id`),
});

const shown = ({ subject }: GrantKind, grant: Grant) => ({
  team: grant.team_id,
  [subject]: grant.subject_id,
  access: grant.access,
  details: grant.details,
});

async function record(
  tx: Tx,
  caller: Caller,
  { type }: GrantKind,
  { id, organization_id }: Grant,
  change: Pick<Change, 'action' | 'before' | 'after'>,
): Promise<void> {
  await recordChange(tx, caller, { organizationId: organization_id, resource: { type, id }, ...change });
}
