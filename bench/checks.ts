/** Measures the cost estimate and the policies of a plan of 5,000 resources, each in its own process, as for a run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readPolicies } from '../src/checks/policy-manifest.ts';
import { readPriceBook } from '../src/checks/price-book.ts';
import { checkInProcess } from '../src/server/check-process/check-process.ts';
import { redactedPlan } from '../test/support/checked-plan.ts';
import { celPolicies } from '../test/support/policy-scenario.ts';
import { median, mib, ms, report } from './support/table.ts';

const RESOURCES = 5_000;
const ROUNDS = 5;
const PRICES = `currency: USD
source: https://example.com
date: 2026-01-31
prices:
  - resource: box_server
    when: values.size == "large"
    monthly: double(values.count) * 12.5
  - resource: box_server
    monthly: "3"
`;
const POLICIES = celPolicies(
  ['no-delete', 'hard-mandatory', 'plan.resource_changes.all(r, !("delete" in r.change.actions))'],
  [
    'tagged',
    'soft-mandatory',
    'plan.resource_changes.filter(r, !has(r.change.after.tags.owner)).map(r, r.address + " has no owner")',
  ],
  ['cheap', 'advisory', 'cost.delta_monthly_cost < 100000.0'],
);
const INPUT = { run: {}, workspace: {}, cost: { delta_monthly_cost: 1 }, risk: null, params: {} };

const folder = mkdtempSync(path.join(tmpdir(), 'runwright-bench-checks-'));
const plan = path.join(folder, 'plan.json');
const resources = Array.from({ length: RESOURCES }, (_, index) => [
  `module.area["${index % 50}"].box_server.server${index}`,
  {
    before: null,
    after: {
      name: `server-${index}`,
      size: index % 3 === 0 ? 'large' : 'small',
      count: (index % 7) + 1,
      tags: { owner: 'web', cost_center: `${index % 20}` },
      user_data: 'x'.repeat(400),
    },
  },
]);
const text = JSON.stringify(redactedPlan(Object.fromEntries(resources)));
writeFileSync(plan, text);

interface Measured {
  took: number;
  /** Processor time, without that of other programs. */
  worked: number;
  bytes: number;
}

/** The most memory that any process of ours has used during an act. */
async function measured(act: () => Promise<unknown>): Promise<Measured> {
  let bytes = 0;
  const look = setInterval(() => (bytes = Math.max(bytes, largestChild())), 10);
  const [startedAt, before] = [performance.now(), workOfChildren()];
  await act();
  clearInterval(look);
  return { took: performance.now() - startedAt, worked: workOfChildren() - before, bytes };
}

/** Processor time of all ended children, in milliseconds. */
function workOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const [user, system] = [Number(fields[13]), Number(fields[14])];
  return (user + system) * 10;
}

/** The memory of the largest running child, in bytes. */
function largestChild(): number {
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
        return parent === process.pid ? Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024 : 0;
      } catch {
        // The process has ended since the folder was read.
        return 0;
      }
    });
  return Math.max(0, ...sizes);
}

const { currency, prices } = readPriceBook(PRICES);
const books = [{ name: 'book', currency, prices }];
const policies = readPolicies(new Map([['policies.yaml', Buffer.from(POLICIES['policies.yaml'])]]));
const estimates: Measured[] = [];
const checks: Measured[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  estimates.push(await measured(() => checkInProcess({ kind: 'estimate', plan, books }, { files: [plan] })));
  checks.push(
    await measured(() =>
      checkInProcess({ kind: 'evaluate', plan, archive: null, policies, input: INPUT }, { files: [plan] }),
    ),
  );
}
rmSync(folder, { recursive: true });

const row = (name: string, rounds: Measured[]): string[] => [
  name,
  ms(median(rounds.map(({ took }) => took))),
  ms(median(rounds.map(({ worked }) => worked))),
  mib(median(rounds.map(({ bytes }) => bytes))),
];
const both = estimates.map(({ took, worked, bytes }, index) => ({
  took: took + (checks[index]?.took ?? 0),
  worked: worked + (checks[index]?.worked ?? 0),
  bytes: Math.max(bytes, checks[index]?.bytes ?? 0),
}));
report(
  'checks',
  [
    `Medians of ${ROUNDS}, of a plan of ${RESOURCES} resources (${mib(Buffer.byteLength(text))} of JSON), each check in a process`,
    'of its own that is started for it. Aim: both together ≤ 2 s, and no process ever above 200 MiB.',
  ],
  ['check', 'time', 'processor', 'most memory'],
  [row('cost estimate, 2 prices', estimates), row('3 policies', checks), row('both', both)],
);
