import type * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import {
  findTag,
  removeTags,
  resolveTags,
  tagWorkspace,
  untagWorkspace,
  type TagData,
} from '../tags/names.ts';
import { lockWorkspaceRow, readWorkspace } from './service.ts';

type Named = z.output<typeof TagData>;

/** Adds tags to a workspace, and creates missing ones, or removes them from it. @throws 422 */
export async function changeTags(
  { db }: Platform,
  caller: Caller,
  workspace: { id: string; organization_id: string },
  named: Named,
  what: 'add' | 'remove',
): Promise<void> {
  await transact(db, async (tx) => {
    await lockWorkspaceRow(tx, workspace.id);
    const tagIds = await resolveTags(tx, workspace.organization_id, named, { create: what === 'add' });
    if (what === 'add') await tagWorkspace(tx, workspace, tagIds);
    else await untagWorkspace(tx, workspace.id, tagIds);
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'workspaces', id: workspace.id },
      action: `${what}_tags`,
      after: { tags: tagIds },
    });
  });
}

/** Removes tags from an organization, and so from all its workspaces. @throws 404, 422 */
export async function deleteTags(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  named: Named,
): Promise<void> {
  await requireInOrganization(db, caller, organizationId, 'manage-workspaces');
  await transact(db, async (tx) => {
    const tagIds = await resolveTags(tx, organizationId, named, { create: false });
    if (tagIds.length === 0) return;
    await removeTags(tx, tagIds);
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'organizations', id: organizationId },
      action: 'remove_tags',
      before: { tags: tagIds },
    });
  });
}

/** Adds one tag to workspaces of its organization, each of which the caller administers. @throws 404 */
export async function tagWorkspaces(
  platform: Platform,
  caller: Caller,
  tagId: string,
  workspaceIds: readonly string[],
): Promise<void> {
  const { db } = platform;
  const tag = await findTag(db, tagId);
  if (tag === undefined) refuse('not_found');
  const ids = [...new Set(workspaceIds)].sort();
  for (const id of ids) {
    const workspace = await readWorkspace(platform, caller, id, 'admin');
    if (workspace.organization_id !== tag.organization_id) refuse('not_found');
  }
  await requireInOrganization(db, caller, tag.organization_id, 'member');
  await transact(db, async (tx) => {
    for (const id of ids) {
      await tagWorkspace(tx, { id, organization_id: tag.organization_id }, [tag.id]);
    }
    await recordChange(tx, caller, {
      organizationId: tag.organization_id,
      resource: { type: 'tags', id: tag.id },
      action: 'add_workspaces',
      after: { workspaces: ids },
    });
  });
}
