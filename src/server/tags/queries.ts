import { sql, type Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { readableWorkspaces } from '../access/rights.ts';
import type { Database, Row } from '../database/schema.ts';
import type { TagBinding } from './bindings.ts';

const selectTags = (db: Kysely<Database>, organizationId: string) =>
  db
    .selectFrom('tag')
    .selectAll('tag')
    .select(sql<number>`(select count(*) from workspace_tag where workspace_tag.tag_id = tag.id)`.as('count'))
    .where('tag.organization_id', '=', organizationId)
    .orderBy('tag.name');

/** A tag, with how many workspaces have it. */
export type CountedTag = Row<'tag'> & { count: number };

/** The tags of an organization by name. */
export async function readTags(db: Kysely<Database>, organizationId: string): Promise<CountedTag[]> {
  return await selectTags(db, organizationId).execute();
}

/** The tags of a workspace by name. */
export async function readWorkspaceTags(
  db: Kysely<Database>,
  workspace: { id: string; organization_id: string },
): Promise<CountedTag[]> {
  return await selectTags(db, workspace.organization_id)
    .where('tag.id', 'in', (sub) =>
      sub.selectFrom('workspace_tag').select('tag_id').where('workspace_id', '=', workspace.id),
    )
    .execute();
}

/** The ids of a workspace's tags; empty if the workspace does not exist or the caller may not know of it. */
export async function tagsOn(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  workspaceId = '',
): Promise<Set<string>> {
  const on = await db
    .selectFrom('workspace_tag')
    .innerJoin('workspace', 'workspace.id', 'workspace_tag.workspace_id')
    .select('workspace_tag.tag_id')
    .where('workspace.id', '=', workspaceId)
    .where('workspace.organization_id', '=', organizationId)
    .where(await readableWorkspaces(db, caller, organizationId))
    .execute();
  return new Set(on.map(({ tag_id: id }) => id));
}

export async function readWorkspaceBindings(
  db: Kysely<Database>,
  workspaceId: string,
): Promise<TagBinding[]> {
  return await db
    .selectFrom('workspace_tag_binding')
    .select(['key', 'value'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('key')
    .execute();
}

export async function readProjectBindings(db: Kysely<Database>, projectId: string): Promise<TagBinding[]> {
  return await db
    .selectFrom('project_tag_binding')
    .select(['key', 'value'])
    .where('project_id', '=', projectId)
    .orderBy('key')
    .execute();
}
