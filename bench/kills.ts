/**
 * Kills runners at random moments while twenty runs at once fetch three providers that are not stored yet: every
 * later run must be right, no half package may ever be visible, and the remains of killed processes must go.
 * `npm run bench:kills -- KILLS`; 50 by default.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProvider } from '../test/support/provider/build.ts';
import { killRunners } from '../test/support/provider/killed-runners.ts';
import { report } from './support/table.ts';

const AT_ONCE = 20;
const [kills = '50'] = process.argv.slice(2);
const tools = mkdtempSync(path.join(tmpdir(), 'runwright-bench-'));
const program = path.join(tools, 'provider');
await buildProvider(program);
const startedMs = performance.now();
const types = ['one', 'two', 'three'] as const;
const stepProgram = path.resolve(import.meta.dirname, '..', 'dist', 'step.js');
const story = { program, stepProgram, kills: Number(kills), atOnce: AT_ONCE, types };
const { begunAtKill, wholeAtKill, faults } = await killRunners(story, console.log);
await rm(tools, { recursive: true });
for (const fault of faults) console.log(fault);
const countsOf = (values: readonly number[]): string =>
  [...new Set(values)]
    .toSorted((a, b) => a - b)
    .map((value) => `${value}: ${values.filter((each) => each === value).length}`)
    .join(', ');
report(
  'kills',
  [
    `${AT_ONCE} runs at once of ${types.length} providers on a store without any; the runner is killed (SIGKILL) at a random moment after the first`,
    'byte of an archive. The next runner on the same folder makes one run, its store is looked through, and emptied.',
  ],
  [
    'kills',
    'bytes by then in archives, rounded up (: kills)',
    'packages whole by then (: kills)',
    'faults',
    'minutes',
  ],
  [
    [
      `${wholeAtKill.length}`,
      countsOf(begunAtKill),
      countsOf(wholeAtKill),
      `${faults.length}`,
      `${Math.round((performance.now() - startedMs) / 60_000)}`,
    ],
  ],
);
process.exitCode = faults.length === 0 ? 0 : 1;
