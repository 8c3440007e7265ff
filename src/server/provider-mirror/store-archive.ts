import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { PACKAGE_LIMITS } from '../../protocol/package-entries.ts';
import { addressOf, type PackageName } from '../../protocol/package-name.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Blob } from '../blobs/blob-store.ts';
import { createTurns } from '../blobs/turns.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { findPackageProblem } from '../registry-providers/inspect-package.ts';
import { hashesOf, type MirroredProvider } from './document.ts';
import { DamagedArchive, hashArchive } from './hash-archive.ts';
import { findMirrored } from './served.ts';

const record = recorderOf('mirrored-providers');

const MAX_ARCHIVE_BYTES = 1024 ** 3;
const MAX_MIRRORED = 5_000;
/** Reading an archive to its end takes seconds: each organization's archives are read one at a time. */
const inTurn = createTurns();

/** An archive, and the hashes that its source names, one of which it must have. */
interface Announced {
  name: PackageName;
  hashes: readonly string[] | undefined;
}

/**
 * Accepts the archive (zip) of a provider, whole or not at all. A repeated upload gets the first answer.
 *
 * @throws 409 there are other bytes under this version; 422 the archive cannot be used
 */
export async function storeMirrored(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  announced: Announced,
  archive: Readable,
): Promise<MirroredProvider> {
  const blob = await platform.blobs.put(archive, { maxBytes: MAX_ARCHIVE_BYTES });
  return await storeBlob(platform, caller, organizationId, announced, blob);
}

/**
 * As {@link storeMirrored}, for an archive among the blobs.
 *
 * @param caller null: the server has fetched it, within the limit for such archives
 */
export async function storeBlob(
  platform: Platform,
  caller: Caller | null,
  organizationId: string,
  { name, hashes }: Announced,
  blob: Blob,
): Promise<MirroredProvider> {
  const h1 = await inTurn(organizationId, async () => await judge(platform.blobs.fileOf(blob.sha256), name));
  const own = hashesOf({ h1, sha256: blob.sha256 });
  if (hashes && !own.some((hash) => hashes.includes(hash)))
    refuse(
      'unprocessable',
      `The archive has the hashes ${own.join(', ')}, and ${hashes.join(', ')} was announced.`,
    );
  return await transact(platform.db, async (tx) => {
    // Other archives for this mirror wait here, so that one of two equal ones finds the other.
    const organization = await tx
      .selectFrom('organization')
      .select('id')
      .where('id', '=', organizationId)
      .forUpdate()
      .executeTakeFirst();
    if (organization === undefined) refuse('not_found');
    const known = await findMirrored(tx, organizationId, name);
    if (known !== undefined) {
      if (known.sha256 === blob.sha256) return known;
      refuse(
        'conflict',
        `${addressOf(name)} ${name.version} is there with other bytes (SHA-256 ${known.sha256}, now ${blob.sha256}): delete it first if these are right.`,
      );
    }
    await requireRoom(tx, organizationId);
    if (caller === null) await requireSpace(platform, tx, organizationId, blob.sizeBytes);
    const made = await tx
      .insertInto('mirrored_provider')
      .values({
        id: newId('mirprov'),
        organization_id: organizationId,
        ...name,
        ...{ sha256: blob.sha256, size_bytes: blob.sizeBytes, h1 },
        created_by: caller && userIdOf(caller),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const { sha256 } = blob;
    await record(tx, caller, made, caller === null ? 'fetch' : 'upload', {
      after: { ...name, sha256, size: blob.sizeBytes },
    });
    return made;
  });
}

async function judge(file: string, { type, platform }: PackageName): Promise<string> {
  const [os = '', arch = ''] = platform.split('_');
  const problem = await findPackageProblem(file, { provider: type, os, arch });
  if (problem !== undefined) refuse('unprocessable', `The archive cannot be used: ${problem}.`);
  return await hashArchive(file, PACKAGE_LIMITS.bytes).catch((error: unknown) => {
    if (!(error instanceof DamagedArchive)) throw error;
    return refuse('unprocessable', `The archive cannot be used: it is damaged (${error.message}).`);
  });
}

async function requireRoom(tx: Tx, organizationId: string): Promise<void> {
  const { count } = await tx
    .selectFrom('mirrored_provider')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  if (count >= MAX_MIRRORED)
    refuse('unprocessable', `A mirror has at most ${MAX_MIRRORED} archives: delete some first.`);
}

/** @throws 422 the mirror would hold more than the server may fetch for it */
export async function requireSpace(
  { mirrorMaxBytes }: Platform,
  db: Kysely<Database>,
  organizationId: string,
  moreBytes: number,
): Promise<void> {
  const { bytes } = await db
    .selectFrom('mirrored_provider')
    .select((select) => select.fn.sum<string | null>('size_bytes').as('bytes'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  if (Number(bytes ?? 0) + moreBytes < mirrorMaxBytes) return;
  refuse(
    'unprocessable',
    `The mirror has the ${mirrorMaxBytes / 1024 ** 3} GB up to which the server fetches archives for it (RUNWRIGHT_MIRROR_GB): delete some first.`,
  );
}
