import { newId } from '@runwright/models';
import { sql, type Expression, type Kysely } from 'kysely';
import type { Database, ManagedInstance, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';

/**
 * What the workspace manages from now on, with the version that has just become current. What is as it was keeps its
 * dates. The caller holds the workspace's row.
 */
export async function replaceManagedResources(
  tx: Tx,
  { id, workspace_id: workspaceId }: Pick<Row<'state_version'>, 'id' | 'workspace_id'>,
  instances: readonly ManagedInstance[],
): Promise<void> {
  // One parameter, however many there are.
  const rows = JSON.stringify(instances.map((instance) => ({ ...instance, id: newId('wsr') })));
  await sql`delete from workspace_resource where workspace_id = ${workspaceId} and address not in (
    select given->>'address' from jsonb_array_elements(${rows}::jsonb) given)`.execute(tx);
  await sql`insert into workspace_resource
      (id, workspace_id, address, type, name, module, provider, name_index, digest, modified_by_state_version_id)
    select given->>'id', ${workspaceId}, given->>'address', given->>'type', given->>'name', given->>'module',
      given->>'provider', given->>'nameIndex', given->>'digest', ${id}
    from jsonb_array_elements(${rows}::jsonb) given
    on conflict (workspace_id, md5(address)) do update set
      provider = excluded.provider, digest = excluded.digest, updated_at = excluded.updated_at,
      modified_by_state_version_id = excluded.modified_by_state_version_id
    where workspace_resource.digest <> excluded.digest
      or workspace_resource.provider <> excluded.provider`.execute(tx);
}

/** The same order on every database. */
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

/** A page of what a workspace manages, by address unless another order is asked for. The caller has checked who may see it. */
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
