import { newId } from '@runwright/models';
import type { CheckRequest } from '../../checks/exchange.ts';
import type { PolicyInput } from '../../checks/policy.ts';
import { checkInProcess, CheckProblem } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import { readApplicableSets, type ApplicableSet } from '../policy-checks/applicable-sets.ts';
import { describeChecks } from '../policy-checks/describe-checks.ts';
import { movePolicyCheck } from '../policy-checks/phase-rows.ts';
import { judge, statusOfOutcomes, type SetOutcome } from '../policy-checks/verdict.ts';
import { openParameters } from '../policy-sets/parameters.ts';
import { findPlanArtifact } from '../runs/plan-artifacts.ts';
import type { Run, Tx } from '../runs/transitions.ts';
import type { PhaseEnd, PhaseWork } from './phase-work.ts';
import { policyInput } from './policy-input.ts';

/** Of one set: others are not to suffer from it. */
const SET_LIMITS = { milliseconds: 5_000, megabytes: 256 };
/** Of all sets of a run. */
const ALL_MS = 30_000;

/**
 * Evaluates the policies that hold in the run's workspace. A set that does not come to an end says nothing of the plan: the
 * check is errored, and a person who may override policies decides (api-contract §3.3 rows 20 to 23).
 */
export const policyCheckWork: PhaseWork = {
  async work(platform, run, signal) {
    const startedAt = performance.now();
    const workspace = await platform.db
      .selectFrom('workspace')
      .select(['id', 'organization_id', 'project_id'])
      .where('id', '=', run.workspace_id)
      .executeTakeFirst();
    if (workspace === undefined) return undefined;
    const sets = await readApplicableSets(platform.db, workspace);
    const input = await policyInput(platform.db, run);
    const outcomes: SetOutcome[] = [];
    for (const set of sets) {
      const isLate = performance.now() - startedAt > ALL_MS;
      const outcome = isLate
        ? failedSet(set, 'the sets before it have used up the time of all')
        : await evaluateSet(platform, run, set, input, signal);
      outcomes.push(outcome);
    }
    return toEnd(outcomes, Math.round(performance.now() - startedAt));
  },

  giveUp: (_run, reason) => toEnd([{ ...NO_SET, error: reason, outcomes: [] }], 0),
};

const NO_SET = { id: null, name: 'all policy sets', description: '', kind: 'cel' } as const;

async function evaluateSet(
  platform: Platform,
  run: Run,
  set: ApplicableSet,
  input: Omit<PolicyInput, 'plan' | 'params'>,
  signal: AbortSignal,
): Promise<SetOutcome> {
  const { id, name, description, kind, policies } = set;
  const plan = await findPlanArtifact(platform.db, run.id, 'redacted-plan');
  if (plan === undefined) return failedSet(set, 'the plan has left nothing to check');
  const { fileOf } = platform.blobs;
  const files = [plan.sha256, set.sha256].filter((sha256) => sha256 !== null).map(fileOf);
  const request = {
    kind: 'evaluate',
    plan: fileOf(plan.sha256),
    archive: set.sha256 === null ? null : fileOf(set.sha256),
    policies,
    input: { ...input, params: await openParameters(platform, id) },
  } as const satisfies CheckRequest;
  try {
    const { outcomes } = await checkInProcess(request, { files, limits: SET_LIMITS, signal });
    return { id, name, description, kind, error: '', outcomes };
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    return failedSet(set, error.message);
  }
}

/** None of its policies has said anything. */
const failedSet = ({ id, name, description, kind, policies }: ApplicableSet, error: string): SetOutcome => ({
  id,
  name,
  description,
  kind,
  error,
  outcomes: policies.map((policy) => ({
    policy_name: policy.name,
    description: policy.description,
    enforcement_level: policy.level,
    query: policy.rule.language === 'cel' ? policy.rule.source : (policy.rule.entrypoint ?? ''),
    status: 'errored',
    output: [],
  })),
});

function toEnd(sets: readonly SetOutcome[], durationMs: number): PhaseEnd {
  const { status, outcome, counts, description } = judge(sets);
  return {
    outcome,
    ...(description === undefined ? {} : { description }),
    record: async (tx, run) => {
      await movePolicyCheck(tx, run.id, status, {
        result: JSON.stringify({ ...counts, durationMs }),
        output: describeChecks(sets),
      });
      await insertEvaluations(tx, run, sets);
    },
  };
}

async function insertEvaluations(tx: Tx, run: Run, sets: readonly SetOutcome[]): Promise<void> {
  const { id: checkId } = await tx
    .selectFrom('policy_check')
    .select('id')
    .where('run_id', '=', run.id)
    .executeTakeFirstOrThrow();
  for (const kind of ['cel', 'opa'] as const) {
    const own = sets.filter((set) => set.kind === kind);
    if (own.length === 0) continue;
    const evaluationId = newId('poleval');
    await tx
      .insertInto('policy_evaluation')
      .values({ id: evaluationId, policy_check_id: checkId, kind, status: statusOfOutcomes(own) })
      .execute();
    for (const set of own) {
      // The set may have been deleted since.
      const there = await tx
        .selectFrom('policy_set')
        .select('id')
        .where('id', '=', set.id ?? '')
        .forKeyShare()
        .executeTakeFirst();
      await tx
        .insertInto('policy_set_outcome')
        .values({
          id: newId('psout'),
          policy_evaluation_id: evaluationId,
          policy_set_id: there?.id ?? null,
          policy_set_name: set.name,
          policy_set_description: set.description,
          error: set.error,
          outcomes: JSON.stringify(set.outcomes),
        })
        .execute();
    }
  }
}
