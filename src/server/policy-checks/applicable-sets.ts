import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { RunPhase } from '@runwright/models';
import type { Policy } from '../../checks/policy.ts';
import type { Database, Row } from '../database/schema.ts';
import type { PolicyKind } from '../database/tables/policies.ts';

/** A policy set as it is evaluated for a run. */
export interface ApplicableSet {
  id: string;
  name: string;
  description: string;
  kind: PolicyKind;
  /** The blob of its archive; null: all its policies are kept by themselves. */
  sha256: string | null;
  policies: Policy[];
}

type Workspace = Pick<Row<'workspace'>, 'id' | 'organization_id'>;

/** When a set is evaluated: with the tasks after a plan, or in the phase for policies alone. */
export type PolicyPhase = Extract<RunPhase, 'post_plan' | 'policy_check'>;

/** The sets whose policies apply to a workspace now, without sets that have no policies. */
export async function readApplicableSets(
  db: Kysely<Database>,
  workspace: Workspace,
  phase: PolicyPhase,
): Promise<ApplicableSet[]> {
  const sets = await selectApplicable(db, workspace, phase)
    .leftJoin('policy_set_version as current', 'current.id', 'policy_set.current_version_id')
    .select([
      'policy_set.id',
      'policy_set.name',
      'policy_set.description',
      'policy_set.kind',
      'policy_set.overridable',
      'current.sha256',
      'current.policies',
    ])
    .orderBy('policy_set.name')
    .execute();
  if (sets.length === 0) return [];
  const kept = await db
    .selectFrom('policy_set_policy')
    .innerJoin('policy', 'policy.id', 'policy_set_policy.policy_id')
    .selectAll('policy')
    .select('policy_set_policy.policy_set_id')
    .where(
      'policy_set_policy.policy_set_id',
      'in',
      sets.map(({ id }) => id),
    )
    .where('policy.source_text', 'is not', null)
    .orderBy('policy.name')
    .execute();
  return sets
    .map(({ policies, overridable, ...set }) => {
      const own = kept.filter(({ policy_set_id }) => policy_set_id === set.id).map(toPolicy);
      const all = [...(policies ?? []), ...own];
      return { ...set, policies: overridable ? all : all.map(hardened) };
    })
    .filter(({ policies }) => policies.length > 0);
}

/** A failure of the set cannot be overridden. */
const hardened = (policy: Policy): Policy =>
  policy.level === 'soft-mandatory' ? { ...policy, level: 'hard-mandatory' } : policy;

/** One row if a run that is created in the workspace now has to pass policies, else none. */
export const selectHolding = (db: Kysely<Database>, workspace: Workspace, phase: PolicyPhase) =>
  selectWithPolicies(db, workspace, phase).select('policy_set.id').limit(1);

/** The languages of the policies that apply to a workspace now. */
export async function readHoldingKinds(
  db: Kysely<Database>,
  workspace: Workspace,
  phase: PolicyPhase,
): Promise<PolicyKind[]> {
  const found = await selectWithPolicies(db, workspace, phase)
    .select('policy_set.kind')
    .distinct()
    .orderBy('policy_set.kind')
    .execute();
  return found.map(({ kind }) => kind);
}

const selectWithPolicies = (db: Kysely<Database>, workspace: Workspace, phase: PolicyPhase) =>
  selectApplicable(db, workspace, phase).where((where) =>
    where.or([
      where('policy_set.current_version_id', 'is not', null),
      where.exists(
        where
          .selectFrom('policy_set_policy')
          .innerJoin('policy', 'policy.id', 'policy_set_policy.policy_id')
          .select('policy.id')
          .whereRef('policy_set_policy.policy_set_id', '=', 'policy_set.id')
          .where('policy.source_text', 'is not', null),
      ),
    ]),
  );

/** An exclusion wins over everything that brings a set to the workspace. */
function selectApplicable(db: Kysely<Database>, { id, organization_id }: Workspace, phase: PolicyPhase) {
  const projectId = sql<string>`(select project_id from workspace where workspace.id = ${id})`;
  const given = (
    where: ExpressionBuilder<Database, 'policy_set'>,
    excluded: boolean,
  ): Expression<SqlBool>[] => [
    where.exists(
      where
        .selectFrom('policy_set_workspace as w')
        .select('w.workspace_id')
        .whereRef('w.policy_set_id', '=', 'policy_set.id')
        .where('w.workspace_id', '=', id)
        .where('w.excluded', '=', excluded),
    ),
    where.exists(
      where
        .selectFrom('policy_set_project as p')
        .select('p.project_id')
        .whereRef('p.policy_set_id', '=', 'policy_set.id')
        .where('p.project_id', '=', projectId)
        .where('p.excluded', '=', excluded),
    ),
  ];
  return db
    .selectFrom('policy_set')
    .where('policy_set.organization_id', '=', organization_id)
    .where('policy_set.agent_enabled', '=', phase === 'post_plan')
    .where((where) => where.or([where('policy_set.is_global', '=', true), ...given(where, false)]))
    .where((where) => where.not(where.or(given(where, true))));
}

const toPolicy = ({ name, description, level, source_text }: Row<'policy'>): Policy => ({
  name,
  description,
  level,
  message: description === '' ? null : description,
  rule: { language: 'cel', source: source_text ?? '' },
});
