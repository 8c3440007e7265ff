import { expect, test } from 'vitest';
import type { Run } from './resources/run-document.ts';
import { isSettledRun, waitForRun, watchRun, type WatchOptions } from './watch-run.ts';

function run(status: string, isConfirmable = false): Run {
  const actions = {
    'is-confirmable': isConfirmable,
    'is-cancelable': false,
    'is-discardable': false,
    'is-force-cancelable': false,
  };
  return { id: 'run-1', type: 'runs', attributes: { status, actions } as Run['attributes'] };
}

function readerOf(...states: Run[]) {
  let reads = 0;
  return {
    get reads() {
      return reads;
    },
    read: () => {
      const data = states[Math.min(reads, states.length - 1)];
      reads += 1;
      if (data === undefined) throw new Error('no states');
      return Promise.resolve({ data });
    },
  };
}

async function statusesOf(states: Run[], options: WatchOptions): Promise<string[]> {
  const seen: string[] = [];
  for await (const { attributes } of watchRun(readerOf(...states), 'run-1', { intervalMs: 1, ...options })) {
    seen.push(attributes.status);
  }
  return seen;
}

test('each change of status is seen once and the watch ends where a person is needed', async () => {
  const states = [run('pending'), run('planning'), run('planning'), run('planned'), run('planned', true)];
  await expect(statusesOf(states, {})).resolves.toEqual(['pending', 'planning', 'planned', 'planned']);
});

test('a status that the run only passes through does not settle it', () => {
  expect(isSettledRun(run('cost_estimated'))).toBe(false);
  expect(isSettledRun(run('cost_estimated', true))).toBe(true);
  expect(isSettledRun(run('policy_override'))).toBe(true);
  expect(isSettledRun(run('force_canceled'))).toBe(true);
  expect(isSettledRun(run('a_word_of_tomorrow'))).toBe(false);
});

test('waiting for the end goes on past the approval', async () => {
  const reader = readerOf(run('planned', true), run('applying'), run('applied'));
  const end = await waitForRun(reader, 'run-1', { until: 'final', intervalMs: 1 });
  expect(end.attributes.status).toBe('applied');
  expect(reader.reads).toBe(3);
});

test('a goal of the caller ends the watch at the first run it accepts', async () => {
  const until = ({ attributes }: Run): boolean => attributes.status === 'planning';
  await expect(
    statusesOf([run('pending'), run('planning'), run('planned', true)], { until }),
  ).resolves.toEqual(['pending', 'planning']);
});

test('an abort ends the wait', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(waitForRun(readerOf(run('planning')), 'run-1', { signal })).rejects.toThrow('enough');
});
