import { sql } from 'kysely';
import * as z from 'zod';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

/** A key with a value (may be empty), on a workspace or on a project, whose workspaces have it too. */
export interface TagBinding {
  key: string;
  value: string;
}

const word = z
  .string()
  .max(256, 'must have at most 256 characters')
  .regex(/^[^,]*$/, 'must not hold a comma');

export const BindingData = z
  .array(z.object({ attributes: z.object({ key: word.min(1, 'must not be empty'), value: word.nullish() }) }))
  .max(1_000, 'must hold at most 1000 bindings');

/** The limit that clients know (api-contract §1.2). */
const MAX_BINDINGS = 10;

/** @returns the last binding of each key */
export const toBindings = (data: z.output<typeof BindingData>): TagBinding[] => [
  ...new Map(
    data.map(({ attributes: { key, value } }) => [key, { key, value: value ?? '' }] as const),
  ).values(),
];

/** A binding in effect on a workspace, and whether it comes from its project. */
export interface EffectiveBinding extends TagBinding {
  isInherited: boolean;
}

/** A workspace's own bindings, and those of its project with other keys. */
export function mergeBindings(
  own: readonly TagBinding[],
  inherited: readonly TagBinding[],
): EffectiveBinding[] {
  const byKey = new Map<string, EffectiveBinding>();
  for (const binding of inherited) byKey.set(binding.key, { ...binding, isInherited: true });
  for (const binding of own) byKey.set(binding.key, { ...binding, isInherited: false });
  return [...byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

const TABLES = {
  workspace: { rows: 'workspace_tag_binding', owner: 'workspace_id' },
  project: { rows: 'project_tag_binding', owner: 'project_id' },
} as const;
export type BindingOwner = keyof typeof TABLES;

/**
 * Adds and changes bindings of a workspace or a project; others stay, unless `replace` is set. Parallel changes wait
 * for each other.
 *
 * @throws 422 when they would be more than ten; 404 when their owner is gone
 */
export async function writeBindings(
  tx: Tx,
  what: BindingOwner,
  ownerId: string,
  bindings: readonly TagBinding[],
  { replace = false } = {},
): Promise<void> {
  const { rows, owner } = TABLES[what];
  const locked = await sql`select from ${sql.table(what)} where id = ${ownerId} for no key update`.execute(
    tx,
  );
  if (locked.rows.length === 0) refuse('not_found');
  if (replace) await sql`delete from ${sql.table(rows)} where ${sql.ref(owner)} = ${ownerId}`.execute(tx);
  for (const { key, value } of bindings) {
    await sql`insert into ${sql.table(rows)} (${sql.ref(owner)}, key, value) values (${ownerId}, ${key}, ${value})
      on conflict (${sql.ref(owner)}, key) do update set value = excluded.value`.execute(tx);
  }
  const { rows: counted } = await sql<{ count: number }>`select count(*)::int as count from ${sql.table(rows)}
    where ${sql.ref(owner)} = ${ownerId}`.execute(tx);
  if ((counted[0]?.count ?? 0) > MAX_BINDINGS)
    refuse('unprocessable', `cannot exceed ${MAX_BINDINGS} bindings per resource`);
}

/** Removes bindings by their keys; keys without a binding are ignored. */
export async function deleteBindings(
  tx: Tx,
  what: BindingOwner,
  ownerId: string,
  keys: readonly string[],
): Promise<void> {
  const { rows, owner } = TABLES[what];
  if (keys.length === 0) return;
  await sql`delete from ${sql.table(rows)} where ${sql.ref(owner)} = ${ownerId}
    and key in (${sql.join(keys)})`.execute(tx);
}
