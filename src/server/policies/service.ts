import { newId } from '@runwright/models';
import type { EnforcementLevel } from '../../checks/policy.ts';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recorderOf } from '../access/record-change.ts';
import { checkInProcess, CheckProblem } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken } from '../http/taken-name.ts';
import { giveToSets } from '../policy-sets/sets-of-policy.ts';

const record = recorderOf('policies');

export type KeptPolicy = Row<'policy'>;

export interface PolicyFields {
  name?: string | undefined;
  description?: string | undefined;
  level?: EnforcementLevel | undefined;
  /** The policy sets that the policy is assigned to. */
  setIds?: readonly string[] | undefined;
}

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readPolicy(
  { db }: Pick<Platform, 'db'>,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-policies',
): Promise<KeptPolicy> {
  const policy = await db.selectFrom('policy').selectAll().where('id', '=', id).executeTakeFirst();
  if (policy === undefined) refuse('not_found');
  await requireInOrganization(db, caller, policy.organization_id, permission);
  return policy;
}

export async function listPolicies(
  { db }: Pick<Platform, 'db'>,
  organizationId: string,
  { name, kind }: { name: string | undefined; kind: string | undefined },
  page: Page,
): Promise<{ policies: KeptPolicy[]; totalCount: number }> {
  // All policies that are kept by themselves are of one kind.
  if (kind !== undefined && kind !== 'cel') return { policies: [], totalCount: 0 };
  let query = db.selectFrom('policy').where('organization_id', '=', organizationId);
  if (name !== undefined && name !== '') query = query.where('name', 'ilike', containing(name));
  const { rows: policies, totalCount } = await readPage(
    query.selectAll().orderBy('name').orderBy('id'),
    page,
  );
  return { policies, totalCount };
}

/** A policy without its text, which is uploaded later. @throws 422 the name is taken, or a set cannot have it */
export async function createPolicy(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { name, description, level, setIds = [] }: PolicyFields & { name: string; level: EnforcementLevel },
): Promise<KeptPolicy> {
  return await transact(db, async (tx) => {
    const policy = await tx
      .insertInto('policy')
      .values({ id: newId('pol'), organization_id: organizationId, name, description, level })
      .returningAll()
      .executeTakeFirstOrThrow();
    await giveToSets(tx, policy, setIds);
    await record(tx, caller, policy, 'create', { after: { name, level, 'policy-sets': setIds } });
    return policy;
  }).catch(refuseIfNameIsTaken);
}

/** Changes only the given attributes; given sets replace those it had. @throws as {@link createPolicy} */
export async function updatePolicy(
  { db }: Platform,
  caller: Caller,
  before: KeptPolicy,
  { setIds, ...fields }: PolicyFields,
): Promise<KeptPolicy> {
  return await transact(db, async (tx) => {
    const policy = await tx
      .updateTable('policy')
      .set({
        name: fields.name ?? before.name,
        description: fields.description ?? before.description,
        level: fields.level ?? before.level,
        updated_at: new Date(),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (policy === undefined) return refuse('not_found');
    if (setIds !== undefined) await giveToSets(tx, policy, setIds);
    const { name, description, level } = before;
    const after = { ...fields, ...(setIds === undefined ? {} : { 'policy-sets': setIds }) };
    await record(tx, caller, policy, 'update', { before: { name, description, level }, after });
    return policy;
  }).catch(refuseIfNameIsTaken);
}

/** @throws 422 with the line and column of the error: the text before it stays */
export async function uploadPolicy(
  { db }: Platform,
  caller: Caller,
  policy: KeptPolicy,
  source: string,
): Promise<void> {
  await requireCel(source);
  await transact(db, async (tx) => {
    (await tx
      .updateTable('policy')
      .set({ source_text: source, updated_at: new Date() })
      .where('id', '=', policy.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await record(tx, caller, policy, 'upload', { after: { characters: source.length } });
  });
}

/** Also removes the policy from its sets. */
export async function deletePolicy({ db }: Platform, caller: Caller, policy: KeptPolicy): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('policy').where('id', '=', policy.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await record(tx, caller, policy, 'destroy', { before: { name: policy.name } });
  });
}

async function requireCel(source: string): Promise<void> {
  try {
    const { problems } = await checkInProcess({ kind: 'read-cel', source });
    if (problems.length === 0) return;
    throw new Refusal(
      'unprocessable',
      problems.map(({ line, column, message }) => ({ detail: `line ${line}, column ${column}: ${message}` })),
    );
  } catch (error) {
    if (error instanceof CheckProblem)
      return refuse('unprocessable', `The policy could not be read: ${error.message}.`);
    throw error;
  }
}
