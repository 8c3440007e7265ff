import { expect, test, vi } from 'vitest';
import { playStories } from '../support/agent-stories.ts';
import { startTestServer } from '../support/server.ts';
import { buildWorld } from '../support/story-world.ts';

// Some forty calls and as many steps of a runner are slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** The limits of each story: calls, bytes of the results as they are sent, and bytes of their text. */
const BUDGETS: Readonly<Record<string, readonly [calls: number, wireBytes: number, textBytes: number]>> = {
  'deploy it, and tell me the address': [7, 10_050, 3_400],
  'why did it fail, and what is there now?': [3, 3_850, 1_500],
  'what would be destroyed if I approve?': [4, 7_300, 2_600],
  'is it still the plan that was reviewed?': [1, 2_000, 800],
  'why does nothing happen?': [1, 1_600, 600],
  'who applied the last change, and why?': [2, 3_450, 950],
  'what would destroying everything do?': [3, 5_650, 1_950],
  'change a variable, and show what it does': [5, 7_450, 2_350],
  'what failed lately, in all workspaces?': [1, 950, 200],
  'put it back as it was before': [4, 7_950, 1_600],
  'a new workspace with the credentials of the team': [4, 3_350, 750],
  'who may do what in this workspace?': [3, 2_150, 600],
};

test('twelve stories of agents succeed within their limits of calls and bytes', async () => {
  const server = await startTestServer();
  try {
    const results = await playStories(await buildWorld(server));
    expect(results.map(({ name, missing }) => [name, missing])).toEqual(
      Object.keys(BUDGETS).map((name) => [name, []]),
    );
    const tooLong = results.filter(({ name, calls, wireBytes, textBytes }) => {
      const [maxCalls, maxWire, maxText] = BUDGETS[name] ?? [0, 0, 0];
      return calls > maxCalls || wireBytes > maxWire || textBytes > maxText;
    });
    expect(tooLong).toEqual([]);
    const total = (key: 'wireBytes' | 'textBytes'): number =>
      results.reduce((sum, result) => sum + result[key], 0);
    expect(total('wireBytes')).toBeLessThanOrEqual(60_000);
    expect(total('textBytes')).toBeLessThanOrEqual(17_000);
  } finally {
    await server.close();
  }
});
