import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization, requirePerson, type OrganizationPermission } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';
import { createOwners } from '../teams/owners.ts';
import { toColumns, type NewOrganizationAttributes, type OrganizationChange } from './attributes.ts';
import { spreadDefaultExecution } from '../execution/inherited-execution.ts';
import { settleDefaultExecution } from '../execution/default-execution.ts';
import type { Organization } from './document.ts';
import { type Kysely } from 'kysely';
import { type Database } from '../database/schema.ts';

const DEFAULT_PROJECT = 'Default Project';

const NO_DEFAULT = { default_execution_mode: 'remote', default_agent_pool_id: null } as const;

const defaultsIn = (attributes: OrganizationChange) => ({
  mode: attributes['default-execution-mode'],
  poolId: attributes['default-agent-pool-id'],
});

/** The creator becomes its first owner; the organization starts with a project that cannot be removed. */
export async function createOrganization(
  { db }: Platform,
  caller: Caller,
  attributes: NewOrganizationAttributes,
): Promise<Organization> {
  requirePerson(caller);
  return await transact(db, async (tx) => {
    const { name, email } = attributes;
    const organization = await tx
      .insertInto('organization')
      .values({
        ...toColumns(attributes),
        ...(await settleDefaultExecution(
          tx,
          { organizationId: undefined },
          NO_DEFAULT,
          defaultsIn(attributes),
        )),
        id: newId('org'),
        name,
        email,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (organization === undefined) return refuseTakenName();
    const { id } = organization;
    await tx
      .insertInto('project')
      .values({ id: newId('prj'), organization_id: id, name: DEFAULT_PROJECT, is_default: true })
      .execute();
    await createOwners(tx, id, caller.userId);
    await recordChange(tx, caller, {
      organizationId: id,
      resource: { type: 'organizations', id },
      action: 'create',
      after: { ...attributes },
    });
    return organization;
  });
}

/** @throws 404 when it does not exist or the caller may not do this in it */
export async function readOrganization(
  { db }: Platform,
  caller: Caller,
  name: string,
  permission: OrganizationPermission = 'member',
): Promise<Organization> {
  const organization = await db
    .selectFrom('organization')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  if (organization === undefined) refuse('not_found');
  await requireInOrganization(db, caller, organization.id, permission);
  return organization;
}

/** For documents that have the id of their resource's organization and show its name. */
export async function readOrganizationName(db: Kysely<Database>, id: string): Promise<string> {
  const { name } = await db
    .selectFrom('organization')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return name;
}

export interface OrganizationSearch {
  /** A part of the name or of the e-mail address; empty: all. */
  any: string;
  name: string;
  email: string;
}

/** The organizations of the caller, by name. */
export async function listOrganizations(
  { db }: Platform,
  caller: Caller,
  search: OrganizationSearch,
  page: Page,
): Promise<{ organizations: Organization[]; totalCount: number }> {
  let query = db.selectFrom('organization');
  if (caller.kind === 'organization' || caller.kind === 'team') {
    query = query.where('id', '=', caller.organizationId);
  } else if (caller.kind !== 'user') {
    refuse('not_found');
  } else {
    query = query.where('user_tokens_enabled', '=', true);
    if (!caller.isSiteAdmin) {
      query = query.where('id', 'in', (sub) =>
        sub.selectFrom('organization_member').select('organization_id').where('user_id', '=', caller.userId),
      );
    }
  }
  if (search.name !== '') query = query.where('name', 'ilike', containing(search.name));
  if (search.email !== '') query = query.where('email', 'ilike', containing(search.email));
  if (search.any !== '') {
    const pattern = containing(search.any);
    query = query.where((or) => or.or([or('name', 'ilike', pattern), or('email', 'ilike', pattern)]));
  }
  const { rows: organizations, totalCount } = await readPage(query.selectAll().orderBy('name'), page);
  return { organizations, totalCount };
}

/** Changes only the given attributes. */
export async function updateOrganization(
  { db }: Platform,
  caller: Caller,
  organization: Organization,
  attributes: OrganizationChange,
): Promise<Organization> {
  const given = defaultsIn(attributes);
  const changesDefault = given.mode !== undefined || given.poolId !== undefined;
  if (Object.keys(toColumns(attributes)).length === 0 && !changesDefault) return organization;
  return await transact(db, async (tx) => {
    const before = await tx
      .selectFrom('organization')
      .selectAll()
      .where('id', '=', organization.id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (before === undefined) return refuse('not_found');
    const columns = {
      ...toColumns(attributes),
      ...(await settleDefaultExecution(tx, { organizationId: before.id }, before, given)),
    };
    const updated = await tx
      .updateTable('organization')
      .set(columns)
      .where('id', '=', organization.id)
      .returningAll()
      .executeTakeFirst();
    if (updated === undefined) return refuse('not_found');
    if (changesDefault) await spreadDefaultExecution(tx, organization.id);
    await recordChange(tx, caller, {
      organizationId: organization.id,
      resource: { type: 'organizations', id: organization.id },
      action: 'update',
      after: { ...attributes },
    });
    return updated;
  }).catch(refuseIfNameIsTaken);
}

export async function defaultProjectId({ db }: Platform, organizationId: string): Promise<string> {
  const project = await db
    .selectFrom('project')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('is_default', '=', true)
    .executeTakeFirstOrThrow();
  return project.id;
}

/** The default project of each organization. */
export async function defaultProjects(
  { db }: Platform,
  organizationIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (organizationIds.length === 0) return new Map();
  const projects = await db
    .selectFrom('project')
    .select(['id', 'organization_id'])
    .where('organization_id', 'in', organizationIds)
    .where('is_default', '=', true)
    .execute();
  return new Map(projects.map(({ id, organization_id }) => [organization_id, id]));
}
