import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { askEstimator, EstimatorProblem } from './external-estimator.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'runwright-estimators-'));
afterAll(() => rmSync(folder, { recursive: true }));
const plan = path.join(folder, 'plan.json');
writeFileSync(plan, '{"format_version":"1.2","marker":"the plan"}');

let made = 0;
function program(script: string): string {
  made += 1;
  const file = path.join(folder, `program-${made}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  return file;
}

const ask = async (script: string, { signal = new AbortController().signal, limitMs = 20_000 } = {}) =>
  await askEstimator(program(script), plan, signal, limitMs);
const printing = (output: object): string => `cat <<'END'\n${JSON.stringify(output)}\nEND`;
const resource = (name: string, monthlyCost: unknown) => ({ name, resourceType: 'box_server', monthlyCost });

test('output of a program in the shape of Infracost is an estimate', async () => {
  const estimate = await ask(
    printing({
      version: '0.2',
      currency: 'EUR',
      totalMonthlyCost: '30.5',
      pastTotalMonthlyCost: '20.1',
      diffTotalMonthlyCost: '10.4',
      projects: [
        {
          name: 'acme',
          pastBreakdown: { resources: [resource('box_server.a', '20.1'), resource('box_server.gone', null)] },
          breakdown: {
            resources: [resource('box_server.a', 25.5), resource('module.m["x.y"].box_server.b[0]', '5')],
          },
        },
      ],
    }),
  );
  expect(estimate).toMatchObject({
    currency: 'EUR',
    prior: '20.1',
    proposed: '30.5',
    delta: '10.4',
    resourcesCount: 3,
  });
  expect(estimate.matched).toMatchObject([
    { address: 'box_server.a', 'prior-monthly-cost': '20.1', 'delta-monthly-cost': '5.4' },
    { address: 'module.m["x.y"].box_server.b[0]', type: 'box_server', 'proposed-monthly-cost': '5.0' },
  ]);
  expect(estimate.unmatched).toEqual([
    { address: 'box_server.gone', type: 'box_server', reason: 'the estimator gives no monthly cost' },
  ]);
});

test('a program is given the plan and a folder of its own, and no secret of the server', async () => {
  process.env['RUNWRIGHT_SECRET_OF_TEST'] = 'a secret of the server';
  const names = 'env | cut -d= -f1 | sort | tr "\\n" " "';
  const asked = ask(`(cat "$1"; echo; echo "home $HOME"; ${names}) >&2; exit 3`);
  const told = await asked.then(String, (error: unknown) => String(error));
  delete process.env['RUNWRIGHT_SECRET_OF_TEST'];
  expect(told).toContain('"marker":"the plan"');
  expect(told).toMatch(/HOME .*PATH .*TMPDIR/);
  expect(told).not.toContain('RUNWRIGHT');
  const home = /home (.*)/.exec(told)?.[1] ?? '';
  expect(path.basename(home)).toMatch(/^runwright-cost-/);
  expect(readdirSync(path.dirname(home))).not.toContain(path.basename(home));
});

test.each([
  ['ends badly', 'echo "no key" >&2; exit 1', 'it ended with 1: no key'],
  ['says nothing', 'true', 'its output cannot be used'],
  ['prints no JSON', 'echo hello', 'its output cannot be used'],
  ['prints a NUL', 'printf "a\\000b"', 'its output cannot be used'],
  ['prints another shape', printing({ resources: [] }), 'currency'],
  [
    'has an amount that is negative',
    printing({ currency: 'USD', totalMonthlyCost: '-1', projects: [] }),
    'decimal',
  ],
  [
    'has an amount without end',
    printing({ currency: 'USD', totalMonthlyCost: 1e300, projects: [] }),
    'is no price',
  ],
  ['prints without end', 'yes', 'its output is larger than 16 MiB'],
  ['complains without end', 'yes >&2 & sleep 0.2; kill $!; exit 2', 'it ended with 2: y'],
  ['kills itself', 'kill -9 $$', 'it ended with SIGKILL'],
])('a program that %s gives no estimate, and the error gives the reason', async (_how, script, words) => {
  const asked = ask(script);
  await expect(asked).rejects.toBeInstanceOf(EstimatorProblem);
  await expect(asked).rejects.toThrow(words);
});

test('a missing program gives no estimate', async () => {
  const asked = askEstimator(path.join(folder, 'none'), plan, new AbortController().signal);
  await expect(asked).rejects.toThrow('it could not be started');
});

test('a program that hangs is killed with all its processes, also when the server stops', async () => {
  const mark = path.join(folder, 'alive');
  const hanging = `(while :; do echo >>"${mark}"; sleep 0.05; done) & trap "" TERM; sleep 60`;
  await expect(ask(hanging, { limitMs: 300 })).rejects.toThrow('it did not end within 0.3 seconds');
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(new Error('the server stops')), 200);
  await expect(ask(hanging, { signal: stopping.signal })).rejects.toThrow('the server stops');
  rmSync(mark, { force: true });
  await sleep(300);
  expect(readdirSync(folder)).not.toContain('alive');
});
