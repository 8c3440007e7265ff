import type { Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

/** Assigns the policy to these sets and no others. @throws 422 one is not in the organization, or is not for CEL */
export async function giveToSets(
  tx: Tx,
  policy: Pick<Row<'policy'>, 'id' | 'organization_id'>,
  given: readonly string[],
): Promise<void> {
  const ids = [...new Set(given)].sort();
  await tx
    .deleteFrom('policy_set_policy')
    .where('policy_id', '=', policy.id)
    .where('policy_set_id', 'not in', ['', ...ids])
    .execute();
  if (ids.length === 0) return;
  const sets = await tx
    .selectFrom('policy_set')
    .select(['id', 'kind'])
    .where('organization_id', '=', policy.organization_id)
    .where('id', 'in', ids)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const pointer = '/data/relationships/policy-sets';
  const missing = ids.find((id) => !sets.some((set) => set.id === id));
  if (missing !== undefined)
    refuse('unprocessable', `"${missing}" is not one of the policy sets of the organization.`, pointer);
  const other = sets.find(({ kind }) => kind !== 'cel');
  if (other !== undefined)
    refuse('unprocessable', `The policy is CEL, and the policies of ${other.id} are ${other.kind}.`, pointer);
  await tx
    .insertInto('policy_set_policy')
    .values(ids.map((id) => ({ policy_set_id: id, policy_id: policy.id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
