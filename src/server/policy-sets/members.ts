import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import type { PolicySet } from './document.ts';
import { recordSetChange } from './record-set-change.ts';

/** The kinds of members of a set. An exclusion wins over everything that brings the set to a workspace. */
export const MEMBER_KINDS = [
  'workspaces',
  'projects',
  'workspace-exclusions',
  'project-exclusions',
  'policies',
] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

export interface SetMember {
  kind: MemberKind;
  ids: readonly string[];
}

const TABLE_OF = {
  workspaces: 'workspace',
  'workspace-exclusions': 'workspace',
  projects: 'project',
  'project-exclusions': 'project',
  policies: 'policy',
} as const satisfies Record<MemberKind, string>;

/** Existing members stay as they are. @throws 422 a member is not in the set's organization */
export async function addMembers(tx: Tx, set: PolicySet, members: readonly SetMember[]): Promise<void> {
  for (const { kind, ids: given } of members) {
    const ids = [...new Set(given)].sort();
    if (ids.length === 0) continue;
    const there = await tx
      .selectFrom(TABLE_OF[kind])
      .select('id')
      .where('organization_id', '=', set.organization_id)
      .where('id', 'in', ids)
      .execute();
    const missing = ids.find((id) => !there.some((row) => row.id === id));
    if (missing !== undefined)
      refuse(
        'unprocessable',
        `"${missing}" is not one of the ${kind} of the organization.`,
        `/data/relationships/${kind}`,
      );
    if (kind === 'policies' && set.kind !== 'cel')
      refuse(
        'unprocessable',
        'Policies that are kept by themselves are CEL: give them to a set of kind "cel".',
      );
    const own = { policy_set_id: set.id };
    const excluded = kind.endsWith('-exclusions');
    const insert =
      TABLE_OF[kind] === 'workspace'
        ? tx
            .insertInto('policy_set_workspace')
            .values(ids.map((id) => ({ ...own, workspace_id: id, excluded })))
        : TABLE_OF[kind] === 'project'
          ? tx
              .insertInto('policy_set_project')
              .values(ids.map((id) => ({ ...own, project_id: id, excluded })))
          : tx.insertInto('policy_set_policy').values(ids.map((id) => ({ ...own, policy_id: id })));
    await insert.onConflict((conflict) => conflict.doNothing()).execute();
  }
}

/** Ids that the set does not have are ignored silently. */
async function removeMembers(tx: Tx, set: PolicySet, { kind, ids }: SetMember): Promise<void> {
  if (ids.length > 0) await deleteMembers(tx, set, kind, 'in', ids);
}

/** Given members replace all of their kind in the set. The caller holds the set's row. */
export async function replaceMembers(tx: Tx, set: PolicySet, members: readonly SetMember[]): Promise<void> {
  for (const { kind, ids } of members) await deleteMembers(tx, set, kind, 'not in', ['', ...ids]);
  await addMembers(tx, set, members);
}

async function deleteMembers(
  tx: Tx,
  set: PolicySet,
  kind: MemberKind,
  which: 'in' | 'not in',
  ids: readonly string[],
): Promise<void> {
  const excluded = kind.endsWith('-exclusions');
  const remove =
    TABLE_OF[kind] === 'workspace'
      ? tx
          .deleteFrom('policy_set_workspace')
          .where('workspace_id', which, ids)
          .where('excluded', '=', excluded)
      : TABLE_OF[kind] === 'project'
        ? tx.deleteFrom('policy_set_project').where('project_id', which, ids).where('excluded', '=', excluded)
        : tx.deleteFrom('policy_set_policy').where('policy_id', which, ids);
  await remove.where('policy_set_id', '=', set.id).execute();
}

/** @throws as {@link addMembers} */
export async function changeMembers(
  { db }: Platform,
  caller: Caller,
  set: PolicySet,
  change: 'add' | 'remove',
  member: SetMember,
): Promise<void> {
  await transact(db, async (tx) => {
    const locked = await tx
      .selectFrom('policy_set')
      .select('id')
      .where('id', '=', set.id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (locked === undefined) refuse('not_found');
    if (change === 'add') await addMembers(tx, set, [member]);
    else await removeMembers(tx, set, member);
    await recordSetChange(tx, caller, set, `${change}_${member.kind.replaceAll('-', '_')}`, {
      after: { [member.kind]: member.ids },
    });
  });
}
