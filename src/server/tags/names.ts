import * as z from 'zod';
import { newId } from '@runwright/models';
import type { Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

const tagName = z
  .string()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .regex(/^[A-Za-z0-9_:-]+$/, 'may only contain letters, digits, -, _ and :');

/** Tags by their id, or by a name, which creates the tag if there is none. */
export const TagData = z
  .array(z.object({ id: z.string().nullish(), attributes: z.object({ name: tagName }).nullish() }))
  .max(1_000, 'must name at most 1000 tags');

/**
 * The ids of the tags that a request names; names are compared without case, as the public API does.
 *
 * @throws 422 for an id that no tag of the organization has
 */
export async function resolveTags(
  tx: Tx,
  organizationId: string,
  data: z.output<typeof TagData>,
  { create }: { create: boolean },
): Promise<string[]> {
  const ids = data.flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []));
  const names = data.flatMap(({ id, attributes }) =>
    (id ?? '') === '' && attributes ? [attributes.name.toLowerCase()] : [],
  );
  if (create && names.length > 0) {
    await tx
      .insertInto('tag')
      .values(
        // In a fixed order: two requests that create the same tags wait for each other, and never in a circle.
        [...new Set(names)]
          .sort()
          .map((name) => ({ id: newId('tag'), organization_id: organizationId, name })),
      )
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .execute();
  }
  const found = await tx
    .selectFrom('tag')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where((where) =>
      where.or([
        ...(ids.length > 0 ? [where('id', 'in', ids)] : []),
        ...(names.length > 0 ? [where('name', 'in', names)] : []),
      ]),
    )
    .execute();
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined)
    refuse('invalid_attribute', `Tag "${unknown}" is not one of this organization.`, '/data');
  return [...known];
}

export async function findTag(db: Kysely<Database>, id: string): Promise<Row<'tag'> | undefined> {
  return await db.selectFrom('tag').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Adds tags to a workspace; existing ones stay. */
export async function tagWorkspace(
  tx: Tx,
  workspace: { id: string; organization_id: string },
  tagIds: readonly string[],
): Promise<void> {
  if (tagIds.length === 0) return;
  await tx
    .insertInto('workspace_tag')
    .values(
      tagIds.map((tagId) => ({
        tag_id: tagId,
        workspace_id: workspace.id,
        organization_id: workspace.organization_id,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Removes tags from a workspace. */
export async function untagWorkspace(tx: Tx, workspaceId: string, tagIds: readonly string[]): Promise<void> {
  if (tagIds.length === 0) return;
  await tx
    .deleteFrom('workspace_tag')
    .where('workspace_id', '=', workspaceId)
    .where('tag_id', 'in', tagIds)
    .execute();
}

/** Deletes tags from the organization, and so from all its workspaces. */
export async function removeTags(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.deleteFrom('tag').where('id', 'in', ids).execute();
}
