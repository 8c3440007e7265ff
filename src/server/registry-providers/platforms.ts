import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recorderOf, type AddressBearer } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';
import { claimRelease } from '../registry-releases/release.ts';
import type { ProviderPlatform, ProviderVersion, RegistryProvider } from './document.ts';
import { findPackageProblem } from './inspect-package.ts';
import { findSum } from './shasums.ts';

const record = recorderOf('registry-provider-platforms');

const MAX_ARCHIVE_BYTES = 1024 ** 3;

export interface PlatformFields {
  os: string;
  arch: string;
  shasum: string;
  filename: string;
}

/** Platforms by name. */
export async function listPlatforms(db: Kysely<Database>, versionId: string): Promise<ProviderPlatform[]> {
  return await db
    .selectFrom('registry_provider_platform')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('os')
    .orderBy('arch')
    .execute();
}

/** @throws 404 there is no such platform */
export async function readPlatform(
  db: Kysely<Database>,
  versionId: string,
  { os, arch }: { os: string; arch: string },
): Promise<ProviderPlatform> {
  const platforms = await listPlatforms(db, versionId);
  return platforms.find((each) => each.os === os && each.arch === arch) ?? refuse('not_found');
}

/** @throws 422 it exists already, terraform would request another file name, or the sums differ */
export async function createPlatform(
  { db }: Platform,
  caller: Caller,
  provider: RegistryProvider,
  version: ProviderVersion,
  fields: PlatformFields,
): Promise<ProviderPlatform> {
  const { os, arch, shasum, filename } = fields;
  const expected = `terraform-provider-${provider.name}_${version.version}_${os}_${arch}.zip`;
  if (filename !== expected)
    refuse('invalid_attribute', `filename: must be ${expected}`, '/data/attributes/filename');
  return await transact(db, async (tx) => {
    const locked = await tx
      .selectFrom('registry_provider_version')
      .select('shasums')
      .where('id', '=', version.id)
      .forUpdate()
      .executeTakeFirst();
    if (locked === undefined) refuse('not_found');
    if (locked.shasums !== null && findSum(locked.shasums, filename) !== shasum)
      refuse(
        'unprocessable',
        `SHA256SUMS of the version does not name ${filename} with this sum.`,
        '/data/attributes/shasum',
      );
    const made = await tx
      .insertInto('registry_provider_platform')
      .values({ id: newId('provpltfrm'), version_id: version.id, ...fields })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, { id: made.id, organization_id: provider.organization_id }, 'create', {
      after: { 'registry-provider-version': version.id, ...fields },
    });
    return made;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error))
      refuse('unprocessable', `Version ${version.version} has the platform ${os}_${arch} already.`);
    throw error;
  });
}

/** @throws 404 there is no such platform */
export async function deletePlatform(
  { db }: Platform,
  caller: Caller,
  provider: RegistryProvider,
  platform: ProviderPlatform,
): Promise<void> {
  await transact(db, async (tx) => {
    (await tx
      .deleteFrom('registry_provider_platform')
      .where('id', '=', platform.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    const { os, arch } = platform;
    await record(tx, caller, { id: platform.id, organization_id: provider.organization_id }, 'destroy', {
      before: { os, arch },
    });
  });
}

/**
 * Accepts the archive (zip) of a platform. It never changes; a repeated upload gets the first answer.
 *
 * @throws 409 other bytes were published under this version; 422 it is not the announced one, or cannot be used
 */
export async function uploadArchive(
  platform: Platform,
  actor: AddressBearer,
  id: string,
  archive: Readable,
): Promise<void> {
  const { db, blobs } = platform;
  const { name, os, arch, ...announced } = await findOwned(db, id);
  const blob = await blobs.put(archive, { maxBytes: MAX_ARCHIVE_BYTES });
  if (blob.sha256 !== announced.shasum)
    refuse(
      'unprocessable',
      `The archive has the SHA-256 ${blob.sha256}, and ${announced.shasum} was announced: build and sum belong together.`,
    );
  const problem = await findPackageProblem(blobs.fileOf(blob.sha256), { provider: name, os, arch });
  if (problem !== undefined) refuse('unprocessable', `The archive cannot be used: ${problem}.`);
  await transact(db, async (tx) => {
    const owned = await findOwned(tx, id, true);
    if (owned.sha256 === blob.sha256) return;
    await claimRelease(
      tx,
      owned.organization_id,
      `providers/${owned.name}/${owned.version}/${owned.filename}`,
      blob.sha256,
    );
    await tx
      .updateTable('registry_provider_platform')
      .set({ sha256: blob.sha256, size_bytes: blob.sizeBytes })
      .where('id', '=', id)
      .execute();
    await record(tx, actor, { id: id, organization_id: owned.organization_id }, 'upload', {
      after: { sha256: blob.sha256, size: blob.sizeBytes },
    });
  });
}

async function findOwned(db: Kysely<Database>, id: string, isForUpdate = false) {
  const query = db
    .selectFrom('registry_provider_platform as platform')
    .innerJoin('registry_provider_version as version', 'version.id', 'platform.version_id')
    .innerJoin('registry_provider as provider', 'provider.id', 'version.provider_id')
    .select(['platform.os', 'platform.arch', 'platform.filename', 'platform.shasum', 'platform.sha256'])
    .select(['version.version', 'provider.name', 'provider.organization_id'])
    .where('platform.id', '=', id);
  const owned = await (isForUpdate ? query.forUpdate('platform') : query).executeTakeFirst();
  return owned ?? refuse('not_found');
}
