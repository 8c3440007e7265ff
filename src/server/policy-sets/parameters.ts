import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';
import type { PolicySet } from './document.ts';

export type Parameter = Row<'policy_set_parameter'>;

export interface ParameterFields {
  key?: string | undefined;
  value?: string | undefined;
  sensitive?: boolean | undefined;
}

const COLUMN = 'policy_set_parameter.sealed_value';
const MAX_PARAMETERS = 200;

export async function listParameters(db: Kysely<Database>, setId: string): Promise<Parameter[]> {
  return await db
    .selectFrom('policy_set_parameter')
    .selectAll()
    .where('policy_set_id', '=', setId)
    .orderBy('key')
    .execute();
}

/** @throws 404 the set has no parameter with this id */
export async function readParameter(db: Kysely<Database>, set: PolicySet, id: string): Promise<Parameter> {
  const parameter = await db
    .selectFrom('policy_set_parameter')
    .selectAll()
    .where('policy_set_id', '=', set.id)
    .where('id', '=', id)
    .executeTakeFirst();
  return parameter ?? refuse('not_found');
}

/** @throws 422 the key is taken, or there are too many */
export async function createParameter(
  platform: Platform,
  caller: Caller,
  set: PolicySet,
  { key, value = '', sensitive = false }: ParameterFields & { key: string },
): Promise<Parameter> {
  const id = newId('var');
  return await transact(platform.db, async (tx) => {
    const { count } = await tx
      .selectFrom('policy_set_parameter')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('policy_set_id', '=', set.id)
      .executeTakeFirstOrThrow();
    if (count >= MAX_PARAMETERS)
      refuse('unprocessable', `A policy set has at most ${MAX_PARAMETERS} parameters: delete one first.`);
    const parameter = await tx
      .insertInto('policy_set_parameter')
      .values({ id, policy_set_id: set.id, key, ...keep(platform, id, value, sensitive) })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, set, parameter, 'create');
    return parameter;
  }).catch(keyIsTaken);
}

/** Changes only the given attributes. @throws 422 a sensitive one would become visible without a new value */
export async function updateParameter(
  platform: Platform,
  caller: Caller,
  set: PolicySet,
  before: Parameter,
  fields: ParameterFields,
): Promise<Parameter> {
  const sensitive = fields.sensitive ?? before.sensitive;
  if (before.sensitive && !sensitive && fields.value === undefined)
    refuse(
      'unprocessable',
      'A sensitive value is never shown again: give a new one.',
      '/data/attributes/value',
    );
  const value = fields.value ?? before.value;
  return await transact(platform.db, async (tx) => {
    const parameter = await tx
      .updateTable('policy_set_parameter')
      .set({
        key: fields.key ?? before.key,
        ...(value === null ? {} : keep(platform, before.id, value, sensitive)),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (parameter === undefined) return refuse('not_found');
    await record(tx, caller, set, parameter, 'update');
    return parameter;
  }).catch(keyIsTaken);
}

export async function deleteParameter(
  { db }: Platform,
  caller: Caller,
  set: PolicySet,
  parameter: Parameter,
): Promise<void> {
  await transact(db, async (tx) => {
    (await tx
      .deleteFrom('policy_set_parameter')
      .where('id', '=', parameter.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await record(tx, caller, set, parameter, 'destroy');
  });
}

/** The parameters for policies, sensitive values in clear. @throws SealedValueProblem one cannot be read */
export async function openParameters(
  { db, sealer }: Pick<Platform, 'db' | 'sealer'>,
  setId: string,
): Promise<Record<string, string>> {
  const parameters = await listParameters(db, setId);
  return Object.fromEntries(
    parameters.map(({ id, key, value, sealed_value }) => [
      key,
      sealed_value === null ? (value ?? '') : sealer.open(sealed_value, COLUMN, id),
    ]),
  );
}

const keep = ({ sealer }: Platform, id: string, value: string, sensitive: boolean) =>
  sensitive
    ? { sensitive, value: null, sealed_value: sealer.seal(value, COLUMN, id) }
    : { sensitive, value, sealed_value: null };

async function record(
  tx: Tx,
  caller: Caller,
  set: PolicySet,
  { id, key, sensitive }: Parameter,
  action: string,
): Promise<void> {
  await recordChange(tx, caller, {
    organizationId: set.organization_id,
    resource: { type: 'policy-set-parameters', id },
    action,
    after: { 'policy-set': set.id, key, sensitive },
  });
}

const keyIsTaken = (error: unknown): never => {
  if (isUniqueViolation(error))
    refuse('invalid_attribute', 'Key has already been taken', '/data/attributes/key');
  throw error;
};
