import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { addressOf, namePackage, type PackageName } from '../../protocol/package-name.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import { createTurns } from '../blobs/turns.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { findPackageProblem } from '../registry-providers/inspect-package.ts';
import { hashesOf, type MirroredProvider } from './document.ts';
import { DamagedArchive, hashArchive } from './hash-archive.ts';
import { describeName } from './name-problem.ts';

const record = recorderOf('mirrored-providers');

const MAX_ARCHIVE_BYTES = 1024 ** 3;
const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;
const MAX_MIRRORED = 5_000;
/** Reading an archive to its end takes seconds: each organization's archives are read one at a time. */
const inTurn = createTurns();

export async function listMirrored(
  { db }: Platform,
  organizationId: string,
  text: string | undefined,
  page: Page,
): Promise<{ providers: MirroredProvider[]; totalCount: number }> {
  let query = db.selectFrom('mirrored_provider').where('organization_id', '=', organizationId);
  if (text)
    query = query.where(({ eb, or }) =>
      or([eb('namespace', 'ilike', containing(text)), eb('type', 'ilike', containing(text))]),
    );
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const providers = await query
    .selectAll()
    .orderBy('host')
    .orderBy('namespace')
    .orderBy('type')
    .orderBy('version')
    .orderBy('platform')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { providers, totalCount: count };
}

/** @throws 422 terraform would never request it */
export function readName(given: PackageName): PackageName {
  const { host, namespace, type, version, platform } = given;
  const name = namePackage(`${host}/${namespace}/${type}`, version, platform);
  if (name === undefined || host.includes(':') || host === 'terraform.io')
    refuse('unprocessable', `The provider cannot be mirrored: ${describeName(given)}.`);
  return name;
}

/**
 * Accepts the archive (zip) of a provider, whole or not at all. A repeated upload gets the first answer.
 *
 * @param upload.hashes the hashes that its source mirror names, one of which it must have
 * @throws 409 there are other bytes under this version; 422 the archive cannot be used
 */
export async function storeMirrored(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  { name, hashes }: { name: PackageName; hashes: readonly string[] | undefined },
  archive: Readable,
): Promise<MirroredProvider> {
  const { db, blobs } = platform;
  const blob = await blobs.put(archive, { maxBytes: MAX_ARCHIVE_BYTES });
  const h1 = await inTurn(organizationId, async () => await judge(blobs.fileOf(blob.sha256), name));
  const own = hashesOf({ h1, sha256: blob.sha256 });
  if (hashes && !own.some((hash) => hashes.includes(hash)))
    refuse(
      'unprocessable',
      `The archive has the hashes ${own.join(', ')}, and ${hashes.join(', ')} was announced.`,
    );
  return await transact(db, async (tx) => {
    const known = await findMirrored(tx, organizationId, name);
    if (known !== undefined) {
      if (known.sha256 === blob.sha256) return known;
      refuse(
        'conflict',
        `${addressOf(name)} ${name.version} is there with other bytes (SHA-256 ${known.sha256}, now ${blob.sha256}): delete it first if these are right.`,
      );
    }
    await requireRoom(tx, organizationId);
    const made = await tx
      .insertInto('mirrored_provider')
      .values({
        id: newId('mirprov'),
        organization_id: organizationId,
        ...name,
        ...{ sha256: blob.sha256, size_bytes: blob.sizeBytes, h1 },
        created_by: userIdOf(caller),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const { sha256 } = blob;
    await record(tx, caller, made, 'upload', { after: { ...name, sha256, size: blob.sizeBytes } });
    return made;
  });
}

async function judge(file: string, { type, platform }: PackageName): Promise<string> {
  const [os = '', arch = ''] = platform.split('_');
  const problem = await findPackageProblem(file, { provider: type, os, arch });
  if (problem !== undefined) refuse('unprocessable', `The archive cannot be used: ${problem}.`);
  return await hashArchive(file, MAX_UNPACKED_BYTES).catch((error: unknown) => {
    if (!(error instanceof DamagedArchive)) throw error;
    return refuse('unprocessable', `The archive cannot be used: it is damaged (${error.message}).`);
  });
}

/** Two uploads at once wait for each other at the lock of the organization. */
async function requireRoom(tx: Tx, organizationId: string): Promise<void> {
  const { count } = await tx
    .selectFrom('mirrored_provider')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  if (count >= MAX_MIRRORED)
    refuse('unprocessable', `A mirror has at most ${MAX_MIRRORED} archives: delete some first.`);
}

async function findMirrored(
  tx: Tx,
  organizationId: string,
  { host, namespace, type, version, platform }: PackageName,
): Promise<MirroredProvider | undefined> {
  // Other uploads to this mirror wait here, so that one of two equal ones finds the archive of the other.
  await tx
    .selectFrom('organization')
    .select('id')
    .where('id', '=', organizationId)
    .forUpdate()
    .executeTakeFirst();
  return await tx
    .selectFrom('mirrored_provider')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('host', '=', host)
    .where('namespace', '=', namespace)
    .where('type', '=', type)
    .where('version', '=', version)
    .where('platform', '=', platform)
    .executeTakeFirst();
}

/** @throws 404 when it does not exist, or the caller may not do this in its organization */
export async function readMirrored(
  db: Kysely<Database>,
  caller: Caller,
  id: string,
  permission: 'read-registry' | 'manage-providers',
): Promise<{ provider: MirroredProvider; organization: string }> {
  const found = await db
    .selectFrom('mirrored_provider')
    .innerJoin('organization', 'organization.id', 'mirrored_provider.organization_id')
    .selectAll('mirrored_provider')
    .select('organization.name as organization_name')
    .where('mirrored_provider.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  await requireInOrganization(db, caller, found.organization_id, permission);
  const { organization_name: organization, ...provider } = found;
  return { provider, organization };
}

/** Runs that already have it continue with it. @throws 404 as {@link readMirrored} */
export async function deleteMirrored({ db }: Platform, caller: Caller, id: string): Promise<void> {
  const { provider } = await readMirrored(db, caller, id, 'manage-providers');
  await transact(db, async (tx) => {
    (await tx.deleteFrom('mirrored_provider').where('id', '=', id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    const { version, platform } = provider;
    await record(tx, caller, provider, 'destroy', {
      before: { address: addressOf(provider), version, platform },
    });
  });
}
