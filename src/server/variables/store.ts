import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { isUniqueViolation } from '../database/violations.ts';
import { refuse } from '../http/refusal.ts';
import {
  checkVariable,
  MAX_TOTAL_BYTES,
  MAX_VARIABLES,
  type NewVariable,
  type VariableChange,
} from './attributes.ts';

export type Variable = Row<'variable'>;

/** The owner of variables: a workspace or a set. The caller has been checked. */
export interface Owner {
  column: 'workspace_id' | 'varset_id';
  id: string;
  organizationId: string;
}

const POINTER = '/data/attributes';
const COLUMN = 'variable.sealed_value';

const keyTaken = (pointer: string): never =>
  refuse('invalid_attribute', 'Key has already been taken', `${pointer}/key`);

/** @param pointer where the variable is in the request */
export async function createVariable(
  platform: Platform,
  tx: Tx,
  caller: Caller,
  owner: Owner,
  attributes: NewVariable,
  pointer = POINTER,
): Promise<Variable> {
  const value = attributes.value ?? '';
  checkVariable({ ...attributes, value }, pointer);
  const id = newId('var');
  const sensitive = attributes.sensitive ?? false;
  const variable = await tx
    .insertInto('variable')
    .values({
      id,
      workspace_id: owner.column === 'workspace_id' ? owner.id : null,
      varset_id: owner.column === 'varset_id' ? owner.id : null,
      category: attributes.category,
      key: attributes.key,
      ...storedValue(platform, id, value, sensitive),
      hcl: attributes.hcl ?? false,
      description: attributes.description ?? null,
      version_id: newVersion(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (variable === undefined) return keyTaken(pointer);
  await requireRoom(tx, owner, pointer);
  await record(tx, caller, owner, variable, { action: 'create', after: describe(variable) });
  return variable;
}

/** Changes only the given attributes; a sensitive variable stays sensitive. */
export async function updateVariable(
  platform: Platform,
  tx: Tx,
  caller: Caller,
  owner: Owner,
  id: string,
  change: VariableChange,
  pointer = POINTER,
): Promise<Variable> {
  const before =
    (await selectVariables(tx, owner).where('id', '=', id).forUpdate().executeTakeFirst()) ??
    refuse('not_found');
  if (before.sensitive && change.sensitive === false) {
    refuse(
      'invalid_attribute',
      'sensitive: cannot be unset; delete the variable and create it again',
      `${pointer}/sensitive`,
    );
  }
  const key = change.key ?? before.key;
  const category = change.category ?? before.category;
  const sensitive = change.sensitive ?? before.sensitive;
  checkVariable({ key, category, value: change.value ?? before.value ?? undefined }, pointer);
  const value = change.value ?? (sensitive === before.sensitive ? undefined : (before.value ?? ''));
  const variable = await tx
    .updateTable('variable')
    .set({
      key,
      category,
      ...(value === undefined ? {} : storedValue(platform, id, value, sensitive)),
      hcl: change.hcl ?? before.hcl,
      description: change.description === undefined ? before.description : change.description,
      version_id: newVersion(),
      updated_at: new Date(),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => (isUniqueViolation(error) ? keyTaken(pointer) : Promise.reject(error)));
  await requireRoom(tx, owner, pointer);
  await record(tx, caller, owner, variable, {
    action: 'update',
    before: describe(before),
    after: { ...describe(variable), ...((change.value ?? null) === null ? {} : { value: 'changed' }) },
  });
  return variable;
}

export async function deleteVariable(tx: Tx, caller: Caller, owner: Owner, id: string): Promise<void> {
  const variable = await tx
    .deleteFrom('variable')
    .where('id', '=', id)
    .where(owner.column, '=', owner.id)
    .returningAll()
    .executeTakeFirst();
  if (variable === undefined) refuse('not_found');
  await record(tx, caller, owner, variable, { action: 'destroy', before: describe(variable) });
}

/** By key; of the same key, terraform's comes before the environment's. */
export async function listVariables(db: Kysely<Database>, owner: Owner): Promise<Variable[]> {
  return await selectVariables(db, owner).orderBy('key').orderBy('category', 'desc').execute();
}

export async function readVariable(db: Kysely<Database>, owner: Owner, id: string): Promise<Variable> {
  const variable = await selectVariables(db, owner).where('id', '=', id).executeTakeFirst();
  return variable ?? refuse('not_found');
}

/** The id of the workspace of a variable. @throws 404 when it does not exist, or belongs to a set */
export async function workspaceOfVariable(db: Kysely<Database>, id: string): Promise<string> {
  const variable = await db
    .selectFrom('variable')
    .select('workspace_id')
    .where('id', '=', id)
    .executeTakeFirst();
  return variable?.workspace_id ?? refuse('not_found');
}

export function valueOf({ sealer }: Platform, { id, value, sealed_value }: Variable): string {
  return sealed_value === null ? (value ?? '') : sealer.open(sealed_value, COLUMN, id);
}

const selectVariables = (db: Kysely<Database>, owner: Owner) =>
  db.selectFrom('variable').selectAll().where(owner.column, '=', owner.id);

const newVersion = (): string => randomBytes(32).toString('hex');

function storedValue({ sealer }: Platform, id: string, value: string, sensitive: boolean) {
  return {
    value: sensitive ? null : value,
    sealed_value: sensitive ? sealer.seal(value, COLUMN, id) : null,
    value_bytes: Buffer.byteLength(value),
    sensitive,
  };
}

async function requireRoom(tx: Tx, owner: Owner, pointer: string): Promise<void> {
  const { count, bytes } = await tx
    .selectFrom('variable')
    .where(owner.column, '=', owner.id)
    .select((select) => [
      select.fn.countAll<number>().as('count'),
      select.fn.coalesce(select.fn.sum<number>('value_bytes'), select.lit(0)).as('bytes'),
    ])
    .executeTakeFirstOrThrow();
  const where = owner.column === 'workspace_id' ? 'workspace' : 'variable set';
  if (count > MAX_VARIABLES)
    refuse('unprocessable', `A ${where} holds at most ${MAX_VARIABLES} variables.`, pointer);
  if (Number(bytes) > MAX_TOTAL_BYTES)
    refuse(
      'unprocessable',
      `The values of a ${where} hold at most ${MAX_TOTAL_BYTES} bytes.`,
      `${pointer}/value`,
    );
}

/** For the audit trail: no value, whether it is sensitive or not. */
function describe({ key, category, hcl, sensitive, description }: Variable): Record<string, unknown> {
  return { key, category, hcl, sensitive, description };
}

async function record(
  tx: Tx,
  caller: Caller,
  owner: Owner,
  variable: Variable,
  change: { action: string; before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  const belongsTo = { [owner.column === 'workspace_id' ? 'workspace' : 'varset']: owner.id };
  await recordChange(tx, caller, {
    organizationId: owner.organizationId,
    resource: { type: 'vars', id: variable.id },
    ...change,
    ...(change.before === undefined ? {} : { before: { ...change.before, ...belongsTo } }),
    ...(change.after === undefined ? {} : { after: { ...change.after, ...belongsTo } }),
  });
}
