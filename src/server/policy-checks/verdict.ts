import type { PolicyOutcome } from '../../checks/policy.ts';
import type { PolicyCheckStatus, PolicyCounts, PolicyKind } from '../database/tables/policies.ts';

/** The outcomes of the policies of one set for a run. */
export interface SetOutcome {
  /** null: the outcome belongs to no single set. */
  id: string | null;
  name: string;
  description: string;
  kind: PolicyKind;
  /** Why the whole set could not be evaluated; empty if it was. */
  error: string;
  outcomes: PolicyOutcome[];
}

export interface Verdict {
  status: Extract<PolicyCheckStatus, 'passed' | 'soft_failed' | 'hard_failed' | 'errored'>;
  /** The consequence for the run. */
  outcome: 'passed' | 'failed' | 'held';
  counts: Omit<PolicyCounts, 'durationMs'>;
  description?: string;
}

/**
 * A hard-mandatory failure ends the run; a soft-mandatory one, or a mandatory policy that could not be evaluated, waits
 * for a person who may override it; an advisory policy never stops a run.
 */
export function judge(sets: readonly SetOutcome[]): Verdict {
  const all = sets.flatMap(({ outcomes }) => outcomes);
  const named = (status: PolicyOutcome['status'], levels: readonly string[]): string[] =>
    all
      .filter((one) => one.status === status && levels.includes(one.enforcement_level))
      .map(({ policy_name }) => policy_name);
  const hard = named('failed', ['hard-mandatory']);
  const soft = named('failed', ['soft-mandatory']);
  const errored = [
    ...named('errored', ['soft-mandatory', 'hard-mandatory']),
    ...sets.filter(({ error, outcomes }) => error !== '' && outcomes.length === 0).map(({ name }) => name),
  ];
  const counts = {
    passed: all.filter(({ status }) => status === 'passed').length,
    advisoryFailed: named('failed', ['advisory']).length,
    softFailed: soft.length,
    hardFailed: hard.length,
    errored: all.filter(({ status }) => status === 'errored').length,
  };
  if (hard.length > 0)
    return {
      status: 'hard_failed',
      outcome: 'failed',
      counts,
      description: `A mandatory policy failed: ${hard.join(', ')}.`,
    };
  if (errored.length > 0)
    return {
      status: 'errored',
      outcome: 'held',
      counts,
      description: `Policies could not be evaluated: ${errored.join(', ')}. Somebody who may override policies decides.`,
    };
  if (soft.length > 0)
    return {
      status: 'soft_failed',
      outcome: 'held',
      counts,
      description: `A policy failed that can be overridden: ${soft.join(', ')}.`,
    };
  return { status: 'passed', outcome: 'passed', counts };
}

/** As in {@link judge}, an advisory policy makes no evaluation fail. */
export const statusOfOutcomes = (sets: readonly SetOutcome[]): 'passed' | 'failed' | 'errored' => {
  const { status } = judge(sets);
  return status === 'soft_failed' || status === 'hard_failed' ? 'failed' : status;
};
