import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { canSeeOrganization, requireUser } from '../access/membership.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { notFound, refuse } from '../http/refusal.ts';
import type { Organization } from './document.ts';

export const DEFAULT_PROJECT = 'Default Project';

/** The maker becomes its first member; the organization starts with a project that cannot be removed. */
export async function createOrganization(
  { db }: Platform,
  caller: Caller,
  { name, email }: { name: string; email: string },
): Promise<Organization> {
  requireUser(caller);
  return await transact(db, async (tx) => {
    const organization = await tx
      .insertInto('organization')
      .values({ id: newId('org'), name, email })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (organization === undefined) {
      refuse('invalid_attribute', 'Name has already been taken', '/data/attributes/name');
    }
    await tx
      .insertInto('project')
      .values({
        id: newId('prj'),
        organization_id: organization.id,
        name: DEFAULT_PROJECT,
        is_default: true,
      })
      .execute();
    await tx
      .insertInto('organization_member')
      .values({ organization_id: organization.id, user_id: caller.userId })
      .execute();
    await recordChange(tx, caller, {
      organizationId: organization.id,
      resource: { type: 'organizations', id: organization.id },
      action: 'create',
      after: { name, email },
    });
    return organization;
  });
}

/** @throws 404 when it is not there or the caller may not see it */
export async function readOrganization(
  { db }: Platform,
  caller: Caller,
  name: string,
): Promise<Organization> {
  const organization = await db
    .selectFrom('organization')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  if (organization === undefined || !(await canSeeOrganization(db, caller, organization.id)))
    return notFound();
  return organization;
}

/** Those the caller may see, by name. */
export async function listOrganizations(
  { db }: Platform,
  caller: Caller,
  page: Page,
): Promise<{ organizations: Organization[]; totalCount: number }> {
  let query = db.selectFrom('organization');
  if (caller.kind === 'organization') query = query.where('id', '=', caller.organizationId);
  if (caller.kind === 'user' && !caller.isSiteAdmin) {
    query = query.where('id', 'in', (sub) =>
      sub.selectFrom('organization_member').select('organization_id').where('user_id', '=', caller.userId),
    );
  }
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const organizations = await query
    .selectAll()
    .orderBy('name')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { organizations, totalCount: count };
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
