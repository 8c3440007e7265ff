import { z } from 'zod';
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

/** @returns the last of each key */
export const toBindings = (data: z.output<typeof BindingData>): TagBinding[] => [
  ...new Map(
    data.map(({ attributes: { key, value } }) => [key, { key, value: value ?? '' }] as const),
  ).values(),
];

/** A workspace's own bindings, and those of its project whose key it does not set itself. */
export function mergeBindings(own: readonly TagBinding[], inherited: readonly TagBinding[]): TagBinding[] {
  const byKey = new Map([...inherited, ...own].map((binding) => [binding.key, binding]));
  return [...byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/**
 * Adds and changes bindings of a workspace; those not named stay, unless they are replaced.
 *
 * @throws 422 when they would be more than ten
 */
export async function writeWorkspaceBindings(
  tx: Tx,
  workspaceId: string,
  bindings: readonly TagBinding[],
  { replace = false } = {},
): Promise<void> {
  if (replace) {
    await tx.deleteFrom('workspace_tag_binding').where('workspace_id', '=', workspaceId).execute();
  }
  if (bindings.length > 0) {
    await tx
      .insertInto('workspace_tag_binding')
      .values(bindings.map((binding) => ({ ...binding, workspace_id: workspaceId })))
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'key'])
          .doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
      )
      .execute();
  }
  const { count } = await tx
    .selectFrom('workspace_tag_binding')
    .where('workspace_id', '=', workspaceId)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  requireFew(count);
}

/** The same for a project. */
export async function writeProjectBindings(
  tx: Tx,
  projectId: string,
  bindings: readonly TagBinding[],
  { replace = false } = {},
): Promise<void> {
  if (replace) await tx.deleteFrom('project_tag_binding').where('project_id', '=', projectId).execute();
  if (bindings.length > 0) {
    await tx
      .insertInto('project_tag_binding')
      .values(bindings.map((binding) => ({ ...binding, project_id: projectId })))
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'key']).doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
      )
      .execute();
  }
  const { count } = await tx
    .selectFrom('project_tag_binding')
    .where('project_id', '=', projectId)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  requireFew(count);
}

function requireFew(count: number): void {
  if (count > MAX_BINDINGS) refuse('unprocessable', `cannot exceed ${MAX_BINDINGS} bindings per resource`);
}
