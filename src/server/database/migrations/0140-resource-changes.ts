import { sql, type Kysely } from 'kysely';

/** Which state version created, changed or removed each object that terraform manages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table resource_change (
    sequence bigint generated always as identity primary key,
    workspace_id text not null references workspace on delete cascade,
    state_version_id text not null references state_version on delete cascade,
    address text not null,
    type text not null,
    action text not null check (action in ('create', 'update', 'delete')))`,
  // An address is as long as its index keys, which may be longer than an index can hold.
  `create index resource_change_address on resource_change (workspace_id, md5(address), sequence)`,
  `create index resource_change_workspace on resource_change (workspace_id, sequence)`,
  `create index resource_change_version on resource_change (state_version_id)`,
  // Of earlier changes to an object only the last one is known.
  `insert into resource_change (workspace_id, state_version_id, address, type, action)
    select resource.workspace_id, version.id, resource.address, resource.type,
      case when resource.created_at = resource.updated_at then 'create' else 'update' end
    from workspace_resource resource
    join state_version version on version.id = resource.modified_by_state_version_id
    order by version.sequence, resource.address collate "C"`,
];
