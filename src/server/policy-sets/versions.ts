import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { userIdOf, type Caller } from '../access/caller.ts';
import { recordChange, type AddressBearer } from '../access/record-change.ts';
import { checkRego } from '../../checks/apart/opa-program.ts';
import type { FileProblem } from '../../checks/policy-manifest.ts';
import { kindOf, NO_OPA, type Policy } from '../../checks/policy.ts';
import { checkInProcess, CheckProblem, locateCheckProgram } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import type { PolicySet, PolicySetVersion } from './document.ts';
import { readPolicySet } from './service.ts';

const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024;
const REGO_LIMITS = { milliseconds: 10_000, megabytes: 256 };

/** A version without policies, which come with its upload. */
export async function createVersion(
  { db }: Platform,
  caller: Caller,
  set: PolicySet,
): Promise<PolicySetVersion> {
  return await transact(db, async (tx) => {
    const version = await tx
      .insertInto('policy_set_version')
      .values({
        id: newId('polsetver'),
        policy_set_id: set.id,
        created_by: userIdOf(caller),
        status_timestamps: stampOf('pending'),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordChange(tx, caller, {
      organizationId: set.organization_id,
      resource: { type: 'policy-set-versions', id: version.id },
      action: 'create',
      after: { 'policy-set': set.id },
    });
    return version;
  });
}

/** @throws 404 when it does not exist, or the caller may not see its set */
export async function readVersion(platform: Platform, caller: Caller, id: string): Promise<PolicySetVersion> {
  const version = await platform.db
    .selectFrom('policy_set_version')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (version === undefined) refuse('not_found');
  await readPolicySet(platform, caller, version.policy_set_id, 'member');
  return version;
}

export async function listVersions(
  db: Kysely<Database>,
  set: PolicySet,
  page: Page,
): Promise<{ versions: PolicySetVersion[]; totalCount: number }> {
  const query = db.selectFrom('policy_set_version').where('policy_set_id', '=', set.id);
  const { rows: versions, totalCount } = await readPage(
    query.selectAll().orderBy('created_at', 'desc').orderBy('id'),
    page,
  );
  return { versions, totalCount };
}

/**
 * Accepts the archive of a version, once: it becomes the current one, or is `errored` and the one before it stays.
 *
 * @throws 409 it has one already; 422 with the file, line and column of all errors in it
 */
export async function uploadVersion(
  platform: Platform,
  actor: AddressBearer,
  id: string,
  archive: Readable,
): Promise<void> {
  const { db, blobs } = platform;
  const known = await findVersion(db, id);
  if (known.status !== 'pending') refuseUpload(known.status);
  const { sha256 } = await blobs.put(archive, { maxBytes: MAX_ARCHIVE_BYTES });
  const read = await readPolicySetArchive(platform, blobs.fileOf(sha256), known.kind);
  const error = read instanceof Refusal ? read.message : null;
  await transact(db, async (tx) => {
    const version = await tx
      .selectFrom('policy_set_version')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (version === undefined) return refuse('not_found');
    if (version.status !== 'pending') return refuseUpload(version.status);
    const status = error === null ? 'ready' : 'errored';
    await tx
      .updateTable('policy_set_version')
      .set({
        status,
        error,
        sha256,
        policies: JSON.stringify(read instanceof Refusal ? [] : read),
        status_timestamps: stampOf(status, version.status_timestamps),
        updated_at: new Date(),
      })
      .where('id', '=', id)
      .execute();
    if (error === null)
      await tx
        .updateTable('policy_set')
        .set({ current_version_id: id, updated_at: new Date() })
        .where('id', '=', version.policy_set_id)
        .execute();
    await recordChange(tx, actor, {
      organizationId: known.organization_id,
      resource: { type: 'policy-set-versions', id },
      action: 'upload',
      after: { sha256, status },
    });
  });
  if (read instanceof Refusal) throw read;
}

/** @returns a refusal for an archive that cannot be used: the version keeps its message */
async function readPolicySetArchive(
  { opaCommand }: Platform,
  archive: string,
  kind: PolicySet['kind'],
): Promise<Policy[] | Refusal> {
  try {
    const answer = await checkInProcess({ kind: 'read-policy-set', archive }, { files: [archive] });
    if ('problems' in answer) return refusalOf(answer.problems);
    const { policies } = answer;
    const other = policies.find(({ rule }) => kindOf(rule) !== kind);
    if (other !== undefined) {
      const detail = `The policy "${other.name}" is ${kindOf(other.rule)}: all policies of this set are ${kind}.`;
      return new Refusal('unprocessable', [{ detail }]);
    }
    const inRego = policies.filter(({ rule }) => rule.language === 'rego');
    if (inRego.length === 0) return policies;
    if (opaCommand === null) return new Refusal('unprocessable', [{ detail: NO_OPA }]);
    const checkProgram = locateCheckProgram();
    const work = { opa: opaCommand, checkProgram, archive, policies: inRego, limits: REGO_LIMITS };
    const problems = await checkRego(work);
    return problems.length === 0 ? policies : refusalOf(problems);
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    return new Refusal('unprocessable', [{ detail: `The archive could not be read: ${error.message}.` }]);
  }
}

const refusalOf = (problems: readonly FileProblem[]): Refusal =>
  new Refusal(
    'unprocessable',
    problems.map(({ file, line, column, message }) => ({
      detail: `${file}, line ${line}, column ${column}: ${message}`,
    })),
  );

async function findVersion(db: Kysely<Database>, id: string) {
  const version = await db
    .selectFrom('policy_set_version')
    .innerJoin('policy_set', 'policy_set.id', 'policy_set_version.policy_set_id')
    .select(['policy_set_version.status', 'policy_set.kind', 'policy_set.organization_id'])
    .where('policy_set_version.id', '=', id)
    .executeTakeFirst();
  return version ?? refuse('not_found');
}

const refuseUpload = (status: string): never =>
  refuse(
    'conflict',
    `The policy set version has been uploaded already and is ${status}: create another one.`,
  );

const stampOf = (status: string, earlier: Record<string, string> = {}): string =>
  JSON.stringify({ ...earlier, [`${status}-at`]: statusTimestamp(new Date()) });
