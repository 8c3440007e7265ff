import { evaluateRego } from '../../checks/apart/opa-program.ts';
import type { CheckRequest } from '../../checks/exchange.ts';
import { NO_OPA, unspoken, type Policy, type PolicyInput } from '../../checks/policy.ts';
import { checkInProcess, CheckProblem, locateCheckProgram } from '../check-process/check-process.ts';
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

/** The limits of one set, so that it does not harm others. */
const SET_LIMITS = { milliseconds: 5_000, megabytes: 256 };
/** The time limit of all sets of a run. */
const ALL_MS = 30_000;

/** The outcomes of the policies of the run's workspace now; a set that did not end has no outcomes, only an error. */
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

/** The outcome when no policy could be evaluated at all. */
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
  const given = {
    plan: platform.blobs.fileOf(plan.sha256),
    archive: set.sha256 === null ? null : platform.blobs.fileOf(set.sha256),
    input: { ...input, params: await openParameters(platform, id) },
  };
  const [inRego, others] = partition(policies);
  try {
    const outcomes = [
      ...(others.length === 0 ? [] : await evaluateInProcess(others, given, signal)),
      ...(inRego.length === 0 ? [] : await evaluateByOpa(platform.opaCommand, inRego, given, signal)),
    ];
    return { id, name, description, kind, error: '', outcomes };
  } catch (error) {
    if (!(error instanceof CheckProblem)) throw error;
    return failedSet(set, error.message);
  }
}

interface Given {
  plan: string;
  archive: string | null;
  input: Omit<PolicyInput, 'plan'>;
}

async function evaluateInProcess(policies: readonly Policy[], given: Given, signal: AbortSignal) {
  const request = { kind: 'evaluate', ...given, policies } as const satisfies CheckRequest;
  const files = [given.plan, given.archive].filter((file) => file !== null);
  return (await checkInProcess(request, { files, limits: SET_LIMITS, signal })).outcomes;
}

async function evaluateByOpa(
  opa: string | null,
  policies: readonly Policy[],
  { archive, ...evaluated }: Given,
  signal: AbortSignal,
) {
  // The setting existed when the set was uploaded.
  if (opa === null || archive === null) throw new CheckProblem('fault', NO_OPA);
  const checkProgram = locateCheckProgram();
  const work = { opa, checkProgram, archive, policies, limits: SET_LIMITS, signal };
  return await evaluateRego(work, evaluated);
}

const partition = (policies: readonly Policy[]): [inRego: Policy[], others: Policy[]] => [
  policies.filter(({ rule }) => rule.language === 'rego'),
  policies.filter(({ rule }) => rule.language !== 'rego'),
];

/** An outcome in which none of the set's policies was evaluated. */
const failedSet = ({ id, name, description, kind, policies }: ApplicableSet, error: string): SetOutcome => ({
  id,
  name,
  description,
  kind,
  error,
  outcomes: policies.map(unspoken),
});
