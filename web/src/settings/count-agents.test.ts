import { expect, test } from 'vitest';
import { countAgents } from './count-agents.ts';

test('an agent counts once: at work before drained, silent before idle, and gone ones nowhere', () => {
  const agent = (status: string, drained: string | null = null) => ({
    attributes: { name: 'a', status, 'drained-at': drained },
  });
  const since = '2027-01-31T12:00:00Z';
  expect(
    countAgents([
      agent('busy', since),
      agent('busy'),
      agent('idle'),
      agent('idle', since),
      agent('unknown', since),
      agent('errored'),
      agent('exited', since),
      { attributes: { name: 'of an older server', status: 'idle' } },
    ]),
  ).toEqual({ atWork: 2, idle: 2, drained: 1, silent: 2 });
});
