import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { TagBinding } from './bindings.ts';

/** The tags of an organization by name, with how many workspaces have each. */
export function selectTags(db: Kysely<Database>, organizationId: string) {
  return db
    .selectFrom('tag')
    .selectAll('tag')
    .select(sql<number>`(select count(*) from workspace_tag where workspace_tag.tag_id = tag.id)`.as('count'))
    .where('tag.organization_id', '=', organizationId)
    .orderBy('tag.name');
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
