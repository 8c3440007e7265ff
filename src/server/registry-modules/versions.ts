import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { userIdOf, type Caller } from '../access/caller.ts';
import { recorderOf, type AddressBearer } from '../access/record-change.ts';
import type { ModuleDetails } from '../../checks/module-details.ts';
import { checkInProcess, CheckProblem, librariesOfHcl } from '../check-process/check-process.ts';
import { inspectArchive } from '../configurations/inspect-archive.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { claimRelease, refuseTakenVersion } from '../registry-releases/release.ts';
import { byVersion } from '../registry-releases/version-number.ts';
import type { ModuleVersion, RegistryModule } from './document.ts';

const record = recorderOf('registry-module-versions');

const MAX_VERSIONS = 2_000;

/** The versions that can be downloaded, newest first. */
export async function listPublished(db: Kysely<Database>, moduleId: string): Promise<string[]> {
  const versions = await db
    .selectFrom('registry_module_version')
    .select('version')
    .where('module_id', '=', moduleId)
    .where('status', '=', 'ok')
    .execute();
  return byVersion(versions).map(({ version }) => version);
}

/** @throws 404 there is no such version */
export async function readVersion(
  db: Kysely<Database>,
  moduleId: string,
  version: string,
): Promise<ModuleVersion> {
  const found = await db
    .selectFrom('registry_module_version')
    .selectAll()
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst();
  return found ?? refuse('not_found');
}

/** @throws 404 there is no such version, or it has no files */
export async function findArchive(
  db: Kysely<Database>,
  id: string,
): Promise<{ sha256: string; sizeBytes: number | null }> {
  const version = await db
    .selectFrom('registry_module_version')
    .select(['sha256', 'size_bytes'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (version === undefined || version.sha256 === null) refuse('not_found');
  return { sha256: version.sha256, sizeBytes: version.size_bytes };
}

/** A version without files, which come with its upload. @throws 422 it exists already, or there are too many */
export async function createVersion(
  { db }: Platform,
  caller: Caller,
  module: RegistryModule,
  { version, commitSha = null }: { version: string; commitSha?: string | null | undefined },
): Promise<ModuleVersion> {
  return await transact(db, async (tx) => {
    const { count } = await tx
      .selectFrom('registry_module_version')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('module_id', '=', module.id)
      .executeTakeFirstOrThrow();
    if (count >= MAX_VERSIONS)
      refuse('unprocessable', `A module has at most ${MAX_VERSIONS} versions: delete one first.`);
    const made = await tx
      .insertInto('registry_module_version')
      .values({
        id: newId('modver'),
        module_id: module.id,
        version,
        commit_sha: commitSha,
        created_by: userIdOf(caller),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, { id: made.id, organization_id: module.organization_id }, 'create', {
      after: { 'registry-module': module.id, version },
    });
    return made;
  }).catch((error: unknown) => refuseTakenVersion(error, version, module.name));
}

/**
 * Accepts the archive (tar.gz) of a version. From then on it never changes; a repeated upload gets the first answer.
 *
 * @throws 409 it has its files, or other bytes were published under this version before it was deleted; 422 the archive
 *   cannot be used, which the version then shows: a better one may be uploaded
 */
export async function uploadVersion(
  platform: Platform,
  actor: AddressBearer,
  id: string,
  archive: Readable,
): Promise<void> {
  const { db, blobs, limits } = platform;
  const known = await findOwned(db, id);
  const blob = await blobs.put(archive, { maxBytes: limits.configurationBytes });
  if (hasFiles(known, blob.sha256)) return;
  const inspected = await inspectArchive(await blobs.open(blob.sha256), blob.sizeBytes);
  const read =
    'refused' in inspected
      ? { problem: inspected.refused }
      : await readDetails(platform.blobs.fileOf(blob.sha256));
  const error = 'problem' in read ? `The archive cannot be used: ${read.problem}.` : null;
  await transact(db, async (tx) => {
    const owned = await findOwned(tx, id, true);
    if (hasFiles(owned, blob.sha256)) return;
    if (error === null) {
      const name = `modules/${owned.name}/${owned.provider}/${owned.version}`;
      await claimRelease(tx, owned.organization_id, name, blob.sha256);
    }
    await tx
      .updateTable('registry_module_version')
      .set({
        error,
        updated_at: new Date(),
        ...('details' in read && 'readme' in inspected
          ? {
              status: 'ok' as const,
              sha256: blob.sha256,
              size_bytes: blob.sizeBytes,
              readme: inspected.readme ?? null,
              details: read.details === null ? null : JSON.stringify(read.details),
            }
          : { status: 'reg_ingress_failed' as const }),
      })
      .where('id', '=', id)
      .execute();
    await tx
      .updateTable('registry_module')
      .set({ updated_at: new Date() })
      .where('id', '=', owned.module_id)
      .execute();
    await record(tx, actor, { id: id, organization_id: owned.organization_id }, 'upload', {
      after: error === null ? { sha256: blob.sha256, size: blob.sizeBytes } : { error },
    });
  });
  if (error !== null) refuse('unprocessable', error);
}

/** Whether the version has this archive already. @throws 409 it has another one */
function hasFiles({ status, sha256, version }: OwnedVersion, given: string): boolean {
  if (status !== 'ok') return false;
  if (sha256 === given) return true;
  return refuse('conflict', `Version ${version} has its files, and never changes: publish the next one.`);
}

/** A module that takes too much time or memory to read is published without a description. */
async function readDetails(file: string): Promise<{ details: ModuleDetails | null } | { problem: string }> {
  try {
    return await checkInProcess({ kind: 'read-module', archive: file }, { files: [file, librariesOfHcl()] });
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    return { details: null };
  }
}

/** @throws 404 there is no such version */
export async function deleteVersion(
  { db }: Platform,
  caller: Caller,
  module: RegistryModule,
  version: string,
): Promise<void> {
  await transact(db, async (tx) => {
    const deleted = await tx
      .deleteFrom('registry_module_version')
      .where('module_id', '=', module.id)
      .where('version', '=', version)
      .returning('id')
      .executeTakeFirst();
    if (deleted === undefined) refuse('not_found');
    await record(tx, caller, { id: deleted.id, organization_id: module.organization_id }, 'destroy', {
      before: { version },
    });
  });
}

type OwnedVersion = Awaited<ReturnType<typeof findOwned>>;

async function findOwned(db: Kysely<Database>, id: string, isForUpdate = false) {
  const query = db
    .selectFrom('registry_module_version')
    .innerJoin('registry_module', 'registry_module.id', 'registry_module_version.module_id')
    .select(['registry_module_version.status', 'registry_module_version.sha256'])
    .select(['registry_module_version.version', 'registry_module_version.module_id'])
    .select(['registry_module.organization_id', 'registry_module.name', 'registry_module.provider'])
    .where('registry_module_version.id', '=', id);
  const owned = await (isForUpdate ? query.forUpdate('registry_module_version') : query).executeTakeFirst();
  return owned ?? refuse('not_found');
}
