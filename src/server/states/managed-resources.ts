import { newId } from '@runwright/models';
import { sql, type Expression, type Kysely } from 'kysely';
import type { Database, ManagedInstance, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';

/**
 * Replaces the resources of the workspace with those of the new current version, and records the changes. Unchanged
 * resources keep their dates. The caller holds the workspace's row.
 *
 * @param isPartial the file has more than these: whether a missing resource was removed is then unknown
 */
export async function replaceManagedResources(
  tx: Tx,
  { id, workspace_id: workspaceId }: Pick<Row<'state_version'>, 'id' | 'workspace_id'>,
  { instances, isPartial }: { instances: readonly ManagedInstance[]; isPartial: boolean },
): Promise<void> {
  // One parameter holds all of them.
  const rows = JSON.stringify(instances.map((instance) => ({ ...instance, id: newId('wsr') })));
  await sql`with given as (
      select * from jsonb_to_recordset(${rows}::jsonb) given (
        id text, address text, type text, name text, module text, provider text, "nameIndex" text, digest text)),
    removed as (
      delete from workspace_resource where workspace_id = ${workspaceId}
        and address not in (select address from given)
      returning address, type),
    written as (
      insert into workspace_resource
        (id, workspace_id, address, type, name, module, provider, name_index, digest, modified_by_state_version_id)
      select id, ${workspaceId}, address, type, name, module, provider, "nameIndex", digest, ${id} from given
      on conflict (workspace_id, md5(address)) do update set
        provider = excluded.provider, digest = excluded.digest, updated_at = excluded.updated_at,
        modified_by_state_version_id = excluded.modified_by_state_version_id
      where workspace_resource.digest <> excluded.digest
        or workspace_resource.provider <> excluded.provider
      returning address, type),
    changed as (
      select address, type, ${actionOfWritten(workspaceId)} as action from written
      union all select address, type, 'delete' from removed where not ${isPartial}::boolean)
    insert into resource_change (workspace_id, state_version_id, address, type, action)
    select ${workspaceId}, ${id}, address, type, action from changed order by address collate "C"`.execute(
    tx,
  );
}

/** A written object is new if its last change is a removal, or it has none; otherwise it is changed. */
const actionOfWritten = (workspaceId: string): Expression<unknown> => sql`coalesce((
  select case action when 'delete' then 'create' else 'update' end from resource_change past
  where past.workspace_id = ${workspaceId} and md5(past.address) = md5(written.address)
  order by past.sequence desc limit 1), 'create')`;

/** Sorts in the same order on every database. */
const byText = (column: string): Expression<unknown> => sql`${sql.ref(column)} collate "C"`;
const ORDERS = {
  name: byText('name'),
  nameIndex: byText('name_index'),
  provider: byText('provider'),
  providerType: byText('type'),
  module: byText('module'),
  updatedAt: sql`updated_at`,
};
/** `name:asc`, `name:desc` and so on. */
export const RESOURCE_ORDERS = Object.keys(ORDERS).flatMap((name) => [`${name}:asc`, `${name}:desc`]) as [
  string,
  ...string[],
];

/** A page of a workspace's resources, by address by default. The caller has checked who may see it. */
export async function listManagedResources(
  db: Kysely<Database>,
  workspaceId: string,
  { part, sort = '' }: { part: string; sort: string | undefined },
  page: Page,
): Promise<{ resources: Row<'workspace_resource'>[]; totalCount: number }> {
  const all = db
    .selectFrom('workspace_resource')
    .where('workspace_id', '=', workspaceId)
    .$if(part !== '', (some) => some.where('address', 'ilike', containing(part)));
  const [name = '', direction] = sort.split(':');
  const order = ORDERS[name as keyof typeof ORDERS];
  const { rows: resources, totalCount } = await readPage(
    all
      .selectAll()
      .$if(sort !== '', (some) =>
        some.orderBy(order, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast()),
      )
      .orderBy(byText('address')),
    page,
  );
  return { resources, totalCount };
}
