import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  holdsWorkspace,
  IN_A_WORKERS_HANDS,
  isFinal,
  PlatformRunStatus,
  TRANSITIONS,
} from '@runwright/models';
import { PASSED_THROUGH } from '../../../src/server/runs/life.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await openTestDatabase()));
afterAll(async () => await database.close());

const KINDS = [
  { planOnly: false, savePlan: false },
  { planOnly: true, savePlan: false },
  { planOnly: false, savePlan: true },
];
const RUNS = PlatformRunStatus.options.flatMap((status) => KINDS.map((kind) => ({ status, ...kind })));
const CONFIRMED: readonly PlatformRunStatus[] = [
  'confirmed',
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'applying',
  'post_apply_running',
  'post_apply_completed',
  'applied',
];

/** Evaluates a rule of the schema, as the database stores it, for a run that need not exist. */
async function evaluate(rule: string, run: (typeof RUNS)[number], isConfirmed = false): Promise<boolean> {
  const { rows } = await sql<{ holds: boolean }>`
    select (${sql.raw(rule)}) as holds from (select ${run.status}::text as status, ${run.planOnly}::boolean as plan_only,
      ${run.savePlan}::boolean as save_plan, ${isConfirmed ? new Date() : null}::timestamptz as confirmed_at) run`.execute(
    database.db,
  );
  return rows[0]?.holds ?? false;
}

async function checkNaming(column: string): Promise<string> {
  const { rows } = await sql<{ rule: string }>`
    select pg_get_constraintdef(oid) as rule from pg_constraint
    where conrelid = 'run'::regclass and contype = 'c'`.execute(database.db);
  const found = rows.filter(({ rule }) => rule.includes(column) && rule.includes("'applying'"));
  expect(found, `checks on ${column} that list statuses`).toHaveLength(1);
  return found[0]?.rule.replace(/^CHECK /, '') ?? '';
}

describe('the schema and the models agree on runs:', () => {
  test('a run holds its workspace in the same statuses', async () => {
    const { rows } = await sql<{ rule: string }>`
      select pg_get_expr(adbin, adrelid) as rule from pg_attrdef
      join pg_attribute on attrelid = adrelid and attnum = adnum
      where adrelid = 'run'::regclass and attname = 'holds_workspace'`.execute(database.db);
    const rule = rows[0]?.rule ?? '';
    for (const run of RUNS) {
      expect(await evaluate(rule, run), JSON.stringify(run)).toBe(holdsWorkspace(run));
    }
  });

  test('a plan-only run can be in no status that leads to an apply', async () => {
    const rule = await checkNaming('plan_only');
    const forbidden: PlatformRunStatus[] = [...CONFIRMED, 'planned_and_saved'];
    for (const run of RUNS) {
      const isAllowed = !(run.planOnly && forbidden.includes(run.status));
      expect(await evaluate(rule, run), JSON.stringify(run)).toBe(isAllowed);
    }
  });

  test('a run without a confirmation can be in no status of an apply', async () => {
    const rule = await checkNaming('confirmed_at');
    for (const run of RUNS) {
      expect(await evaluate(rule, run), JSON.stringify(run)).toBe(!CONFIRMED.includes(run.status));
      expect(await evaluate(rule, run, true), JSON.stringify(run)).toBe(true);
    }
  });

  test('the statuses after a confirmation are exactly those that can be reached from it', () => {
    const reached = new Set<PlatformRunStatus>(['confirmed']);
    for (const from of reached) {
      for (const { to } of TRANSITIONS.filter((row) => row.from === from)) {
        if (!['canceled', 'errored', 'force_canceled'].includes(to)) reached.add(to);
      }
    }
    expect([...reached].sort()).toEqual([...CONFIRMED].sort());
  });

  test('the same statuses are final', async () => {
    const rows = await database.db.selectFrom('run_status').select(['status', 'final']).execute();
    expect(rows.map(({ status }) => status).sort()).toEqual([...PlatformRunStatus.options].sort());
    const finals = rows.filter(({ final }) => final).map(({ status }) => status);
    expect(finals.sort()).toEqual(PlatformRunStatus.options.filter(isFinal).sort());
  });

  test('a run has the same transitions, also those that skip passed statuses', async () => {
    const rows = await database.db.selectFrom('run_transition').selectAll().execute();
    const over = TRANSITIONS.filter(({ to }) => PASSED_THROUGH.includes(to)).flatMap(({ from, to }) =>
      TRANSITIONS.filter((next) => next.from === to && IN_A_WORKERS_HANDS.includes(next.to)).map(
        (next) => `${from} > ${next.to}`,
      ),
    );
    const expected = new Set([...TRANSITIONS.map(({ from, to }) => `${from} > ${to}`), ...over]);
    expect(rows.map((row) => `${row.from_status} > ${row.to_status}`).sort()).toEqual([...expected].sort());
  });

  test('the index of runs that have a worker or wait for one names the same statuses', async () => {
    const { rows } = await sql<{ rule: string }>`
      select pg_get_expr(indpred, indrelid) as rule from pg_index
      where indrelid = 'run'::regclass and pg_get_expr(indpred, indrelid) like '%plan_queued%'`.execute(
      database.db,
    );
    expect(rows).toHaveLength(1);
    for (const run of RUNS) {
      expect(await evaluate(rows[0]?.rule ?? '', run)).toBe(IN_A_WORKERS_HANDS.includes(run.status));
    }
  });
});
