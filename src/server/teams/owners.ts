import { newId } from '@runwright/models';
import type { Tx } from '../database/transact.ts';

export const OWNERS = 'owners';

/** Every organization has the team of its owners; its creator is the first of them. */
export async function createOwners(tx: Tx, organizationId: string, userId: string): Promise<void> {
  const id = newId('team');
  await tx
    .insertInto('team')
    .values({ id, organization_id: organizationId, name: OWNERS, is_owners: true })
    .execute();
  await tx
    .insertInto('organization_member')
    .values({ id: newId('ou'), organization_id: organizationId, user_id: userId })
    .execute();
  await tx
    .insertInto('team_member')
    .values({ team_id: id, organization_id: organizationId, user_id: userId })
    .execute();
}
