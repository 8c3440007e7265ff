import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { userIdOf, type Caller } from '../access/caller.ts';
import { recorderOf, type AddressBearer } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { isStorable } from '../http/text-check.ts';
import { findForgery } from '../../releases/signature.ts';
import { findKey } from '../registry-keys/service.ts';
import { refuseTakenVersion } from '../registry-releases/release.ts';
import { byVersion } from '../registry-releases/version-number.ts';
import type { ProviderVersion, RegistryProvider } from './document.ts';
import { findSum } from './shasums.ts';

const record = recorderOf('registry-provider-versions');

const MAX_VERSIONS = 2_000;
const MAX_SUMS_BYTES = 256 * 1024;

const versionsOf = (db: Kysely<Database>, providerId: string) =>
  db
    .selectFrom('registry_provider_version')
    .innerJoin('registry_key', 'registry_key.id', 'registry_provider_version.key_id')
    .selectAll('registry_provider_version')
    .select('registry_key.key_id as shown_key_id')
    .where('provider_id', '=', providerId);

/** Versions, newest first. */
export async function listVersions(db: Kysely<Database>, providerId: string): Promise<ProviderVersion[]> {
  return byVersion(await versionsOf(db, providerId).execute());
}

/** @throws 404 there is no such version */
export async function readVersion(
  db: Kysely<Database>,
  providerId: string,
  version: string,
): Promise<ProviderVersion> {
  const found = await versionsOf(db, providerId)
    .where('registry_provider_version.version', '=', version)
    .executeTakeFirst();
  return found ?? refuse('not_found');
}

/** A version without parts: it is served once it has its sums, their signature and an archive. */
export async function createVersion(
  { db }: Platform,
  caller: Caller,
  provider: RegistryProvider,
  { version, keyId, protocols }: { version: string; keyId: string; protocols: readonly string[] },
): Promise<ProviderVersion> {
  return await transact(db, async (tx) => {
    const key = await findKey(tx, provider.organization_id, keyId);
    if (key === undefined)
      refuse(
        'unprocessable',
        `There is no key ${keyId} in the organization: add its public key first (POST /api/registry/private/v2/gpg-keys).`,
        '/data/attributes/key-id',
      );
    const { count } = await tx
      .selectFrom('registry_provider_version')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('provider_id', '=', provider.id)
      .executeTakeFirstOrThrow();
    if (count >= MAX_VERSIONS)
      refuse('unprocessable', `A provider has at most ${MAX_VERSIONS} versions: delete one first.`);
    const made = await tx
      .insertInto('registry_provider_version')
      .values({
        id: newId('provver'),
        provider_id: provider.id,
        version,
        key_id: key.id,
        protocols: JSON.stringify(protocols),
        created_by: userIdOf(caller),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, { id: made.id, organization_id: provider.organization_id }, 'create', {
      after: { 'registry-provider': provider.id, version, 'key-id': key.key_id },
    });
    return { ...made, shown_key_id: key.key_id };
  }).catch((error: unknown) => refuseTakenVersion(error, version, provider.name));
}

/** @throws 404 there is no such version */
export async function deleteVersion(
  { db }: Platform,
  caller: Caller,
  provider: RegistryProvider,
  version: string,
): Promise<void> {
  await transact(db, async (tx) => {
    const deleted = await tx
      .deleteFrom('registry_provider_version')
      .where('provider_id', '=', provider.id)
      .where('version', '=', version)
      .returning('id')
      .executeTakeFirst();
    if (deleted === undefined) refuse('not_found');
    await record(tx, caller, { id: deleted.id, organization_id: provider.organization_id }, 'destroy', {
      before: { version },
    });
  });
}

export type Part = 'shasums' | 'shasums_signature';

/**
 * Accepts the SHA256SUMS of a version or their detached signature, in either order. With the second one the signature
 * is verified: from then on both stay as they are.
 *
 * @throws 409 they are signed already, and these are others; 422 the signature is not that of the version's key over
 *   these sums, or earlier uploads are not among them: the last upload is then dropped
 */
export async function uploadPart(
  { db }: Platform,
  actor: AddressBearer,
  id: string,
  part: Part,
  content: Readable,
): Promise<void> {
  await findOwned(db, id);
  const given = await readPart(part, content);
  await transact(db, async (tx) => {
    const version = await findOwned(tx, id, true);
    if (version[part] === given) return;
    if (version.is_signed)
      refuse('conflict', `Version ${version.version} is signed, and never changes: publish the next one.`);
    const both = { shasums: version.shasums, shasums_signature: version.shasums_signature, [part]: given };
    const isSigned = both.shasums !== null && both.shasums_signature !== null;
    if (both.shasums !== null && both.shasums_signature !== null) {
      const forgery = await findForgery(
        Buffer.from(both.shasums),
        Buffer.from(both.shasums_signature, 'base64'),
        version.ascii_armor,
      );
      if (forgery !== undefined)
        refuse(
          'unprocessable',
          `SHA256SUMS is not signed by the key ${version.shown_key_id} of the version: ${forgery}.`,
        );
    }
    if (both.shasums !== null) await requireSums(tx, id, both.shasums);
    await tx
      .updateTable('registry_provider_version')
      .set({ [part]: given, is_signed: isSigned, updated_at: new Date() })
      .where('id', '=', id)
      .execute();
    await record(tx, actor, { id: id, organization_id: version.organization_id }, 'upload', {
      after: { part, signed: isSigned },
    });
  });
}

/** @returns the part as it is stored */
async function readPart(part: Part, content: Readable): Promise<string> {
  const bytes = await readAtMost(content, MAX_SUMS_BYTES);
  if (bytes.length === 0) refuse('unprocessable', 'The upload is empty.');
  if (part === 'shasums') {
    const text = bytes.toString('utf8');
    if (!isStorable(text) || !Buffer.from(text).equals(bytes) || findSum(text) === undefined)
      refuse(
        'unprocessable',
        'SHA256SUMS must have lines of a SHA-256, two spaces and the name of an archive.',
      );
    return text;
  }
  const isArmored = bytes.subarray(0, 5).toString('latin1') === '-----';
  if (isArmored)
    refuse(
      'unprocessable',
      'The signature is in ASCII armor: terraform reads a binary one, as `gpg --detach-sign SHA256SUMS` writes it.',
    );
  return bytes.toString('base64');
}

async function readAtMost(content: Readable, most: number): Promise<Buffer> {
  let size = 0;
  content.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) content.destroy(new TooLarge());
  });
  return await buffer(content).catch((error: unknown) => {
    if (error instanceof TooLarge) refuse('too_large', `At most ${most} bytes are expected.`);
    throw error;
  });
}

class TooLarge extends Error {}

/** Platforms that were announced before the sums must match the sums. */
async function requireSums(tx: Tx, versionId: string, sums: string): Promise<void> {
  const platforms = await tx
    .selectFrom('registry_provider_platform')
    .select(['filename', 'shasum'])
    .where('version_id', '=', versionId)
    .execute();
  for (const { filename, shasum } of platforms)
    if (findSum(sums, filename) !== shasum)
      refuse('unprocessable', `SHA256SUMS does not name ${filename} with ${shasum}, as its platform does.`);
}

async function findOwned(db: Kysely<Database>, id: string, isForUpdate = false) {
  const query = db
    .selectFrom('registry_provider_version')
    .innerJoin('registry_provider', 'registry_provider.id', 'registry_provider_version.provider_id')
    .innerJoin('registry_key', 'registry_key.id', 'registry_provider_version.key_id')
    .selectAll('registry_provider_version')
    .select(['registry_provider.organization_id', 'registry_key.ascii_armor'])
    .select('registry_key.key_id as shown_key_id')
    .where('registry_provider_version.id', '=', id);
  const owned = await (isForUpdate ? query.forUpdate('registry_provider_version') : query).executeTakeFirst();
  return owned ?? refuse('not_found');
}
