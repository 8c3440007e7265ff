import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openNeighbours } from '../support/hostile-neighbours.ts';
import { needs } from '../support/programs.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** The short form of `npm run bench:hostile`. */
needs('terraform', 'bwrap')('two organizations on one runner', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess({ RUNWRIGHT_SANDBOX: 'required', RUNWRIGHT_RUN_MEMORY: '512MB' });
  });
  afterAll(async () => await server.remove());

  test('do not see, break or stop each other’s runs, whatever one of them does', async () => {
    const neighbours = await openNeighbours(server.client);
    const ends: Record<string, string> = {};
    const attacks = ['a look around', 'memory', 'a kill of all', 'a broken host'];
    const attacking = (async () => {
      for (const attack of attacks) ends[attack] = await neighbours.hostile(attack);
    })();
    let isOver = false;
    const over = attacking.finally(() => (isOver = true));
    // The rejection is handled below, by `await over`.
    over.catch(() => undefined);
    const faults: string[] = [];
    do faults.push(...(await neighbours.honest()).faults);
    while (!isOver);
    await over;
    faults.push(...(await neighbours.honest()).faults);
    expect([faults, neighbours.seen]).toEqual([[], []]);
    expect(ends).toMatchObject({ 'a look around': 'applied', memory: 'errored' });
  });
});
