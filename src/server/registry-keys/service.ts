import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';
import { readOrganization } from '../organizations/service.ts';
import type { RegistryKey } from './document.ts';
import { readKeyId } from './openpgp-key.ts';

const record = recorderOf('gpg-keys');

const MAX_KEYS = 100;

/** The keys of one organization, oldest first. */
export async function listKeys(db: Kysely<Database>, organizationId: string): Promise<RegistryKey[]> {
  return await db
    .selectFrom('registry_key')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** @throws 404 when it does not exist, or the caller may not do this in its organization */
export async function readKey(
  platform: Platform,
  caller: Caller,
  namespace: string,
  keyId: string,
  permission: 'read-registry' | 'manage-providers',
): Promise<RegistryKey> {
  const organization = await readOrganization(platform, caller, namespace, permission);
  return (await findKey(platform.db, organization.id, keyId)) ?? refuse('not_found');
}

/** @param keyId in upper or lower case */
export async function findKey(
  db: Kysely<Database>,
  organizationId: string,
  keyId: string,
): Promise<RegistryKey | undefined> {
  return await db
    .selectFrom('registry_key')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('key_id', '=', keyId.toUpperCase())
    .executeTakeFirst();
}

/** @throws 422 the text is no public key, the organization has the key already, or has too many */
export async function createKey(
  platform: Platform,
  caller: Caller,
  namespace: string,
  asciiArmor: string,
): Promise<RegistryKey> {
  const { id: organizationId } = await readOrganization(platform, caller, namespace, 'manage-providers');
  const keyId = await readKeyId(asciiArmor);
  return await transact(platform.db, async (tx) => {
    const { count } = await tx
      .selectFrom('registry_key')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow();
    if (count >= MAX_KEYS)
      refuse('unprocessable', `An organization has at most ${MAX_KEYS} keys: delete one first.`);
    const key = await tx
      .insertInto('registry_key')
      .values({
        id: newId('gpgkey'),
        organization_id: organizationId,
        key_id: keyId,
        ascii_armor: asciiArmor,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, key, 'create', { after: { namespace, 'key-id': keyId } });
    return key;
  }).catch(refuseIfThere(namespace, keyId));
}

/**
 * Moves a key to another organization, as the API's change of a namespace.
 *
 * @throws 404 the caller may not manage providers in both; 422 versions are signed with it, or the other has it
 */
export async function moveKey(
  platform: Platform,
  caller: Caller,
  key: RegistryKey,
  namespace: string,
): Promise<RegistryKey> {
  const { id: organizationId } = await readOrganization(platform, caller, namespace);
  await requireInOrganization(platform.db, caller, organizationId, 'manage-providers');
  if (organizationId === key.organization_id) return key;
  return await transact(platform.db, async (tx) => {
    await lockUnused(tx, key);
    const moved = await tx
      .updateTable('registry_key')
      .set({ organization_id: organizationId, updated_at: new Date() })
      .where('id', '=', key.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, key, 'update', { after: { namespace } });
    return moved;
  }).catch(refuseIfThere(namespace, key.key_id));
}

/** @throws 422 versions of providers are signed with it */
export async function deleteKey({ db }: Platform, caller: Caller, key: RegistryKey): Promise<void> {
  await transact(db, async (tx) => {
    await lockUnused(tx, key);
    await tx.deleteFrom('registry_key').where('id', '=', key.id).execute();
    await record(tx, caller, key, 'destroy', { before: { 'key-id': key.key_id } });
  });
}

/** A version that is created meanwhile waits for the lock, and then finds no key. */
async function lockUnused(tx: Tx, key: RegistryKey): Promise<void> {
  (await tx
    .selectFrom('registry_key')
    .select('id')
    .where('id', '=', key.id)
    .forUpdate()
    .executeTakeFirst()) ?? refuse('not_found');
  const user = await tx
    .selectFrom('registry_provider_version')
    .innerJoin('registry_provider', 'registry_provider.id', 'registry_provider_version.provider_id')
    .select(['registry_provider.name', 'registry_provider_version.version'])
    .where('registry_provider_version.key_id', '=', key.id)
    .executeTakeFirst();
  if (user === undefined) return;
  refuse(
    'unprocessable',
    `Version ${user.version} of the provider ${user.name} is signed with it: delete what is signed with it first.`,
  );
}

const refuseIfThere =
  (namespace: string, keyId: string) =>
  (error: unknown): never => {
    if (isUniqueViolation(error))
      refuse('unprocessable', `${namespace} has the key ${keyId} already.`, '/data/attributes/ascii-armor');
    throw error;
  };
