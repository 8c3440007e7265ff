import { describe, expect, it } from 'vitest';
import { isFinal } from '../vocabulary/statuses-in-group.ts';
import { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { canTransition, INITIAL_STATUS, TRANSITIONS } from './transitions.ts';

/** Statuses of a beta, which no run here enters (api-contract §3.1). */
const NEVER_EMITTED = ['tf_policy_checked', 'tf_policy_override'];

function reachableFrom(start: PlatformRunStatus): Set<PlatformRunStatus> {
  const reached = new Set([start]);
  for (const status of reached) {
    for (const { from, to } of TRANSITIONS) if (from === status) reached.add(to);
  }
  return reached;
}

describe('the transition table', () => {
  it('leads from pending to every status that is ever emitted', () => {
    const unreached = PlatformRunStatus.options.filter(
      (status) => !reachableFrom(INITIAL_STATUS).has(status),
    );
    expect(unreached).toEqual(NEVER_EMITTED);
  });

  it('has no transition out of a final status', () => {
    expect(TRANSITIONS.filter(({ from }) => isFinal(from))).toEqual([]);
  });

  it('has a way to a final status from every status', () => {
    for (const status of reachableFrom(INITIAL_STATUS)) {
      expect([...reachableFrom(status)].some(isFinal), status).toBe(true);
    }
  });

  it('never leads back', () => {
    for (const { from, to } of TRANSITIONS)
      expect(reachableFrom(to).has(from), `${from} > ${to}`).toBe(false);
  });

  it('lists each transition once, with its actor and reason', () => {
    const keys = TRANSITIONS.map(({ from, to, by, row }) => [from, to, by, row].join());
    expect(new Set(keys).size).toBe(keys.length);
    for (const { row, reason } of TRANSITIONS) {
      expect(row).toMatch(/^\d/);
      expect(reason).not.toBe('');
    }
  });

  it.each([
    ['pending', 'queuing'],
    ['pending', 'canceled'],
    ['pending', 'discarded'],
    ['queuing', 'plan_queued'],
    ['plan_queued', 'planning'],
    ['plan_queued', 'errored'],
    ['plan_queued', 'canceled'],
    ['planning', 'planned'],
    ['planning', 'errored'],
    ['planning', 'canceled'],
    ['planning', 'force_canceled'],
    ['planned', 'planned_and_finished'],
    ['planned', 'planned_and_saved'],
    ['planned', 'confirmed'],
    ['planned', 'discarded'],
    ['planned', 'cost_estimating'],
    ['planned_and_saved', 'confirmed'],
    ['planned_and_saved', 'discarded'],
    ['policy_override', 'policy_checked'],
    ['policy_override', 'discarded'],
    ['confirmed', 'queuing_apply'],
    ['confirmed', 'canceled'],
    ['queuing_apply', 'apply_queued'],
    ['queuing_apply', 'canceled'],
    ['apply_queued', 'applying'],
    ['apply_queued', 'errored'],
    ['apply_queued', 'canceled'],
    ['applying', 'applied'],
    ['applying', 'errored'],
    ['applying', 'canceled'],
    ['applying', 'force_canceled'],
  ] as const)('allows %s > %s', (from, to) => {
    expect(canTransition(from, to)).toBe(true);
  });

  it.each([
    ['confirmed', 'discarded'],
    ['confirmed', 'applying'],
    ['pending', 'planning'],
    ['pending', 'force_canceled'],
    ['pending', 'errored'],
    ['planned', 'applying'],
    ['planned', 'canceled'],
    ['planned_and_saved', 'canceled'],
    ['planned_and_finished', 'confirmed'],
    ['policy_override', 'confirmed'],
    ['policy_soft_failed', 'confirmed'],
    ['applying', 'discarded'],
    ['applied', 'applying'],
    ['canceled', 'force_canceled'],
    ['planned', 'planned'],
  ] as const)('forbids %s > %s', (from, to) => {
    expect(canTransition(from, to)).toBe(false);
  });
});
