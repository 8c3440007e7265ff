import { expect, test } from 'vitest';
import type { RunView } from '../run/run-view.ts';
import { median, timesOf } from './run-times.ts';

const phase = (stamps: Record<string, string>) => ({ attributes: { 'status-timestamps': stamps } });
const run = (plan: Record<string, string>, apply: Record<string, string> = {}): RunView =>
  ({
    run: {
      attributes: {
        'created-at': '2026-01-01T10:00:00.000Z',
        'status-timestamps': { 'apply-queued-at': '2026-01-01T12:00:00+00:00' },
      },
    },
    plan: phase(plan),
    apply: phase(apply),
  }) as unknown as RunView;

test('the time in which a person decides counts for no time of a run', () => {
  const plan = { 'started-at': '2026-01-01T10:00:05+00:00', 'finished-at': '2026-01-01T10:01:05+00:00' };
  const apply = { 'started-at': '2026-01-01T12:00:02+00:00', 'errored-at': '2026-01-01T12:00:12+00:00' };
  expect(timesOf(run(plan, apply))).toEqual({ wait: 7, plan: 60, apply: 10 });
});

test('a run that has not begun has no times, and one in progress has those of its completed parts', () => {
  expect(timesOf(run({}))).toBeUndefined();
  // Timestamps in whole seconds may be earlier than the millisecond of the run's creation.
  const begun = { 'started-at': '2026-01-01T09:59:59+00:00' };
  expect(timesOf(run(begun))).toEqual({ wait: 0, plan: 0, apply: 0 });
});

test.each([
  [[], 0],
  [[7], 7],
  [[9, 1], 1],
  [[100, 1, 5], 5],
])('the lower median of %s is %s', (values, middle) => expect(median(values)).toBe(middle));
