import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { deleteWorkspaceRows } from './delete-workspace.ts';
import type { Organization } from '../organizations/document.ts';

/** Removes an organization with all its content. @throws 409 while terraform applies in one of its workspaces */
export async function deleteOrganization(
  { db, wakeUps }: Platform,
  caller: Caller,
  organization: Organization,
): Promise<void> {
  const stopped = await transact(db, async (tx) => {
    const workspaces = await tx
      .selectFrom('workspace')
      .select(['id', 'name', 'organization_id'])
      .where('organization_id', '=', organization.id)
      .orderBy('id')
      .execute();
    const phaseIds: string[] = [];
    for (const workspace of workspaces) phaseIds.push(...(await deleteWorkspaceRows(tx, caller, workspace)));
    (await tx
      .deleteFrom('organization')
      .where('id', '=', organization.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: organization.id,
      resource: { type: 'organizations', id: organization.id },
      action: 'destroy',
      before: { name: organization.name, email: organization.email },
    });
    return phaseIds;
  });
  for (const id of stopped) wakeUps.wake(topics.step(id));
}
