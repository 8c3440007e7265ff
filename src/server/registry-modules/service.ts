import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import type { Organization } from '../organizations/document.ts';
import { readOrganization } from '../organizations/service.ts';
import type { RegistryModule } from './document.ts';

const recordModuleChange = recorderOf('registry-modules');

export type RegistryPermission = 'read-registry' | 'manage-modules';

/** The parts of a module's path: in the private registry its namespace is its organization. */
export interface ModuleAddress {
  organization: string;
  namespace: string;
  module: string;
  provider: string;
}

const MAX_MODULES = 5_000;

export interface OwnedModule {
  organization: Organization;
  module: RegistryModule;
}

/** @throws 404 when it does not exist, or the caller may not do this in its organization */
export async function readModule(
  platform: Platform,
  caller: Caller,
  address: ModuleAddress,
  permission: RegistryPermission,
): Promise<OwnedModule> {
  if (address.namespace !== address.organization) refuse('not_found');
  const organization = await readOrganization(platform, caller, address.organization, permission);
  const module = await platform.db
    .selectFrom('registry_module')
    .selectAll()
    .where('organization_id', '=', organization.id)
    .where('name', '=', address.module)
    .where('provider', '=', address.provider)
    .executeTakeFirst();
  return module === undefined ? refuse('not_found') : { organization, module };
}

/** @throws as {@link readModule} */
export async function readModuleById(
  { db }: Platform,
  caller: Caller,
  id: string,
): Promise<{ organizationName: string; module: RegistryModule }> {
  const found = await db
    .selectFrom('registry_module')
    .innerJoin('organization', 'organization.id', 'registry_module.organization_id')
    .selectAll('registry_module')
    .select('organization.name as organization_name')
    .where('registry_module.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  await requireInOrganization(db, caller, found.organization_id, 'read-registry');
  return { organizationName: found.organization_name, module: found };
}

export async function listModules(
  { db }: Platform,
  organizationId: string,
  { text, provider }: { text?: string | undefined; provider?: string | undefined },
  page: Page,
): Promise<{ modules: RegistryModule[]; totalCount: number }> {
  let query = db.selectFrom('registry_module').where('organization_id', '=', organizationId);
  if (text) query = query.where('name', 'ilike', containing(text));
  if (provider) query = query.where('provider', '=', provider);
  const { rows: modules, totalCount } = await readPage(
    query.selectAll().orderBy('name').orderBy('provider'),
    page,
  );
  return { modules, totalCount };
}

/** A module without versions. @throws 422 the name is taken, or there are too many */
export async function createModule(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { name, provider }: { name: string; provider: string },
): Promise<RegistryModule> {
  return await transact(db, async (tx) => {
    const { count } = await tx
      .selectFrom('registry_module')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow();
    if (count >= MAX_MODULES)
      refuse('unprocessable', `An organization has at most ${MAX_MODULES} modules: delete one first.`);
    const module = await tx
      .insertInto('registry_module')
      .values({ id: newId('mod'), organization_id: organizationId, name, provider })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordModuleChange(tx, caller, module, 'create', { after: { name, provider } });
    return module;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error))
      refuse(
        'invalid_attribute',
        `Name has already been taken: there is a module ${name} for the provider ${provider}`,
        '/data/attributes/name',
      );
    throw error;
  });
}

/** Deletes modules of that name with all versions. @param provider undefined: all of them. @throws 404 there is none */
export async function deleteModules(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  name: string,
  provider: string | undefined,
): Promise<void> {
  await transact(db, async (tx) => {
    let query = tx
      .deleteFrom('registry_module')
      .where('organization_id', '=', organizationId)
      .where('name', '=', name);
    if (provider !== undefined) query = query.where('provider', '=', provider);
    const deleted = await query.returningAll().execute();
    if (deleted.length === 0) refuse('not_found');
    for (const module of deleted)
      await recordModuleChange(tx, caller, module, 'destroy', {
        before: { name: module.name, provider: module.provider },
      });
  });
}
