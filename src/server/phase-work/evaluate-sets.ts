import type { CheckRequest } from '../../checks/exchange.ts';
import { describePolicy, type PolicyInput } from '../../checks/policy.ts';
import { checkInProcess, CheckProblem } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import {
  readApplicableSets,
  type ApplicableSet,
  type PolicyPhase,
} from '../policy-checks/applicable-sets.ts';
import type { SetOutcome } from '../policy-checks/verdict.ts';
import { openParameters } from '../policy-sets/parameters.ts';
import { findPlanArtifact } from '../runs/plan-artifacts.ts';
import type { Run } from '../runs/transitions.ts';
import { policyInput } from './policy-input.ts';

/** Of one set: others are not to suffer from it. */
const SET_LIMITS = { milliseconds: 5_000, megabytes: 256 };
/** Of all sets of a run. */
const ALL_MS = 30_000;

/** What the policies say that hold in the run's workspace now; a set that does not come to an end says nothing of the plan. */
export async function evaluateSets(
  platform: Platform,
  run: Run,
  phase: PolicyPhase,
  signal: AbortSignal,
): Promise<SetOutcome[]> {
  const startedAt = performance.now();
  const workspace = { id: run.workspace_id, organization_id: run.organization_id };
  const sets = await readApplicableSets(platform.db, workspace, phase);
  const input = await policyInput(platform.db, run);
  const outcomes: SetOutcome[] = [];
  for (const set of sets) {
    const isLate = performance.now() - startedAt > ALL_MS;
    const outcome = isLate
      ? failedSet(set, 'the sets before it have used up the time of all')
      : await evaluateSet(platform, run, set, input, signal);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** What is said where the policies could not be evaluated at all. */
export const failedSets = (error: string): SetOutcome[] => [
  { id: null, name: 'all policy sets', description: '', kind: 'cel', error, outcomes: [] },
];

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
    description: describePolicy(policy),
    enforcement_level: policy.level,
    query: policy.rule.language === 'cel' ? policy.rule.source : (policy.rule.entrypoint ?? ''),
    status: 'errored',
    output: [],
  })),
});
