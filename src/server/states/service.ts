import { text } from 'node:stream/consumers';
import type { Caller } from '../access/caller.ts';
import { userIdOf } from '../access/caller.ts';
import { requireInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { readWorkspace } from '../workspaces/service.ts';
import type { OutputWithValue, StateVersionFacts } from './document.ts';
import type { StateVersion } from './store.ts';

type Permission = 'read-state' | 'read-state-outputs';

/** @throws 404 when it does not exist or the caller may not see it */
export async function readStateVersion(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: Permission = 'read-state',
): Promise<StateVersion> {
  const found = await db
    .selectFrom('state_version')
    .innerJoin('workspace', 'workspace.id', 'state_version.workspace_id')
    .selectAll('state_version')
    .select('workspace.organization_id')
    .where('state_version.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  const { organization_id, ...version } = found;
  await requireInWorkspace(db, caller, { id: version.workspace_id, organization_id }, permission);
  return version;
}

/** The blob of a state version's file or JSON, for a caller whose address was signed. @throws 404 */
export async function findStateFile(
  { db }: Platform,
  id: string,
  what: 'state' | 'json-state',
): Promise<string> {
  const version = await db
    .selectFrom('state_version')
    .select(['sha256', 'json_state_sha256'])
    .where('id', '=', id)
    .executeTakeFirst();
  return (what === 'state' ? version?.sha256 : version?.json_state_sha256) ?? refuse('not_found');
}

/** @throws 404 also when the workspace has no state yet: the terraform CLI takes that for an empty one */
export async function readCurrentState(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  permission: Permission = 'read-state',
): Promise<StateVersion> {
  const workspace = await readWorkspace(platform, caller, workspaceId, permission);
  const id = workspace.current_state_version_id;
  return id === null ? refuse('not_found') : await readStateVersion(platform, caller, id, permission);
}

/** The versions of a workspace, newest first. The caller has checked who may see them. */
export async function listStateVersions(
  { db }: Platform,
  workspaceId: string,
  statuses: readonly StateVersion['status'][] | undefined,
  page: Page,
): Promise<{ versions: StateVersion[]; totalCount: number }> {
  let all = db.selectFrom('state_version').where('workspace_id', '=', workspaceId);
  if (statuses !== undefined)
    all = all.where((where) => where('status', '=', where.fn.any(where.val(statuses))));
  const { rows: versions, totalCount } = await readPage(all.selectAll().orderBy('sequence', 'desc'), page);
  return { versions, totalCount };
}

/** The outputs of these versions by name, with their values. */
export async function readOutputs(
  platform: Platform,
  versionIds: readonly string[],
  page?: Page,
): Promise<OutputWithValue[]> {
  if (versionIds.length === 0) return [];
  let query = selectOutputs(platform).where('state_version_id', 'in', versionIds).orderBy('name');
  if (page !== undefined) query = query.limit(page.size).offset(offsetOf(page));
  return await fillValues(platform, await query.execute());
}

export async function countOutputs({ db }: Platform, versionId: string): Promise<number> {
  const { count } = await db
    .selectFrom('state_version_output')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('state_version_id', '=', versionId)
    .executeTakeFirstOrThrow();
  return count;
}

/** One output, with its version; undefined when it does not exist. The caller checks who may see it. */
export async function findOutput(platform: Platform, id: string): Promise<OutputWithValue | undefined> {
  const found = await selectOutputs(platform).where('state_version_output.id', '=', id).executeTakeFirst();
  return found && (await fillValues(platform, [found]))[0];
}

const selectOutputs = ({ db }: Platform) =>
  db
    .selectFrom('state_version_output')
    .innerJoin('state_version', 'state_version.id', 'state_version_output.state_version_id')
    .selectAll('state_version_output')
    .select('state_version.sha256');

type FoundOutput = Row<'state_version_output'> & { sha256: string | null };

/** Reads long values from the state's file. */
async function fillValues({ blobs }: Platform, found: readonly FoundOutput[]): Promise<OutputWithValue[]> {
  const filled: OutputWithValue[] = [];
  for (const { sha256, ...output } of found) {
    let { value } = output;
    if (value === null) {
      const range = { start: output.value_start ?? 0, end: output.value_end ?? 0 };
      value = await text(await blobs.open(sha256 ?? '', range));
    }
    filled.push({ ...output, value });
  }
  return filled;
}

/** The facts that the documents of these versions need, in two queries for all of them. */
export async function readFacts(
  platform: Platform,
  caller: Caller,
  versions: readonly StateVersion[],
): Promise<Map<string, StateVersionFacts>> {
  const ids = versions.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const outputs = await platform.db
    .selectFrom('state_version_output')
    .select(['id', 'state_version_id'])
    .where('state_version_id', 'in', ids)
    .orderBy('name')
    .execute();
  const neighbours = await selectNeighbours(platform, ids);
  return new Map(
    versions.map((version) => [
      version.id,
      {
        ...addresses(platform, caller, version),
        outputIds: outputs.filter((output) => output.state_version_id === version.id).map(({ id }) => id),
        previousId: neighbours.get(version.id)?.previous_id ?? null,
        nextId: neighbours.get(version.id)?.next_id ?? null,
      },
    ]),
  );
}

async function selectNeighbours({ db }: Platform, ids: readonly string[]) {
  const neighbours = await db
    .selectFrom('state_version as version')
    .select('version.id')
    .select((select) => [
      select
        .selectFrom('state_version as previous')
        .select('previous.id')
        .whereRef('previous.workspace_id', '=', 'version.workspace_id')
        .whereRef('previous.sequence', '<', 'version.sequence')
        .where('previous.status', '=', 'finalized')
        .orderBy('previous.sequence', 'desc')
        .limit(1)
        .as('previous_id'),
      select
        .selectFrom('state_version as next')
        .select('next.id')
        .whereRef('next.workspace_id', '=', 'version.workspace_id')
        .whereRef('next.sequence', '>', 'version.sequence')
        .where('next.status', '=', 'finalized')
        .orderBy('next.sequence')
        .limit(1)
        .as('next_id'),
    ])
    .where('version.id', 'in', ids)
    .execute();
  return new Map(neighbours.map((neighbour) => [neighbour.id, neighbour]));
}

/** Only the caller that announced the version gets the address to upload to. */
function addresses({ publicUrl, signer }: Platform, caller: Caller, version: StateVersion) {
  const address = (verb: 'downloads' | 'uploads', kind: 'state-versions' | 'json-state-versions'): string => {
    const what = kind === 'state-versions' ? ('state' as const) : ('json-state' as const);
    const capability = verb === 'downloads' ? (`download-${what}` as const) : (`upload-${what}` as const);
    return `${publicUrl}/api/v2/${verb}/${kind}/${version.id}/${signer.sign(capability, version.id)}`;
  };
  const own = version.created_by !== null && version.created_by === userIdOf(caller);
  const open = own && version.status !== 'discarded';
  return {
    downloadUrl: version.status === 'finalized' ? address('downloads', 'state-versions') : null,
    jsonDownloadUrl: version.json_state_sha256 === null ? null : address('downloads', 'json-state-versions'),
    uploadUrl: open && version.status === 'pending' ? address('uploads', 'state-versions') : null,
    jsonUploadUrl:
      open && version.json_state_sha256 === null ? address('uploads', 'json-state-versions') : null,
  };
}
