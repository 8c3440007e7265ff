import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken } from '../http/taken-name.ts';
import type { Organization } from '../organizations/document.ts';
import { readOrganization } from '../organizations/service.ts';
import type { RegistryProvider } from './document.ts';

const record = recorderOf('registry-providers');

export type RegistryPermission = 'read-registry' | 'manage-providers';

/** The parts of a provider's path: in the private registry its namespace is its organization. */
export interface ProviderAddress {
  organization: string;
  namespace: string;
  provider: string;
}

const MAX_PROVIDERS = 1_000;

/** @throws 404 when it does not exist, or the caller may not do this in its organization */
export async function readProvider(
  platform: Platform,
  caller: Caller,
  address: ProviderAddress,
  permission: RegistryPermission,
): Promise<{ organization: Organization; provider: RegistryProvider }> {
  if (address.namespace !== address.organization) refuse('not_found');
  const organization = await readOrganization(platform, caller, address.organization, permission);
  const provider = await platform.db
    .selectFrom('registry_provider')
    .selectAll()
    .where('organization_id', '=', organization.id)
    .where('name', '=', address.provider)
    .executeTakeFirst();
  return provider === undefined ? refuse('not_found') : { organization, provider };
}

/** @throws as {@link readProvider} */
export async function readProviderById(
  { db }: Platform,
  caller: Caller,
  id: string,
): Promise<{ organizationName: string; provider: RegistryProvider }> {
  const found = await db
    .selectFrom('registry_provider')
    .innerJoin('organization', 'organization.id', 'registry_provider.organization_id')
    .selectAll('registry_provider')
    .select('organization.name as organization_name')
    .where('registry_provider.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  await requireInOrganization(db, caller, found.organization_id, 'read-registry');
  return { organizationName: found.organization_name, provider: found };
}

export async function listProviders(
  { db }: Platform,
  organizationId: string,
  text: string | undefined,
  page: Page,
): Promise<{ providers: RegistryProvider[]; totalCount: number }> {
  let query = db.selectFrom('registry_provider').where('organization_id', '=', organizationId);
  if (text) query = query.where('name', 'ilike', containing(text));
  const { rows: providers, totalCount } = await readPage(query.selectAll().orderBy('name'), page);
  return { providers, totalCount };
}

/** A provider without versions. @throws 422 the name is taken, or there are too many */
export async function createProvider(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  name: string,
): Promise<RegistryProvider> {
  return await transact(db, async (tx) => {
    const { count } = await tx
      .selectFrom('registry_provider')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow();
    if (count >= MAX_PROVIDERS)
      refuse('unprocessable', `An organization has at most ${MAX_PROVIDERS} providers: delete one first.`);
    const provider = await tx
      .insertInto('registry_provider')
      .values({ id: newId('prov'), organization_id: organizationId, name })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, provider, 'create', { after: { name } });
    return provider;
  }).catch(refuseIfNameIsTaken);
}

/** Deletes the provider with all versions. Runs that already have it continue with it. */
export async function deleteProvider(
  { db }: Platform,
  caller: Caller,
  provider: RegistryProvider,
): Promise<void> {
  await transact(db, async (tx) => {
    (await tx
      .deleteFrom('registry_provider')
      .where('id', '=', provider.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await record(tx, caller, provider, 'destroy', { before: { name: provider.name } });
  });
}
