import type { Run } from '@runwright/client';
import { PlatformRunOperation, PlatformRunStatus, RunOperation, RunStatusGroup } from '@runwright/models';
import { expect, test } from 'vitest';
import { translateFilters } from './list-filters.ts';

const PLATFORM_OPERATIONS: ReadonlySet<string> = new Set(PlatformRunOperation.options);

test.each(RunOperation.options)('operation %s becomes words of the platform', (word) => {
  const { query } = translateFilters({ operation: word });
  expect(query.operation).not.toHaveLength(0);
  for (const sent of query.operation) expect(PLATFORM_OPERATIONS.has(sent)).toBe(true);
});

test('words of the platform are passed on and need no second filter', () => {
  const { query, keep } = translateFilters({
    operation: 'plan_only,save_plan',
    source: 'tfe-ui',
    statusGroup: 'non_final',
  });
  expect(query).toEqual({
    operation: ['plan_only', 'save_plan'],
    status: [],
    source: ['tfe-ui', 'ui'],
    statusGroup: ['non_final'],
  });
  expect(keep).toBeUndefined();
});

test('the four groups of the specification together ask for every status once', () => {
  const asked = RunStatusGroup.options.flatMap(
    (group) => translateFilters({ statusGroup: group }).query.status,
  );
  expect([...asked].sort()).toEqual([...PlatformRunStatus.options].sort());
});

test('a status outside the group asked for leaves nothing', () => {
  expect(translateFilters({ status: 'applied', statusGroup: 'failed' }).isEmpty).toBe(true);
  expect(translateFilters({ status: 'applied,errored', statusGroup: 'failed' })).toMatchObject({
    isEmpty: false,
    query: { status: ['errored'] },
  });
});

test('force_canceled is filtered from the canceled runs of platforms without that word', () => {
  const { query, keep } = translateFilters({ status: 'force_canceled' });
  expect(query.status).toEqual(['force_canceled', 'canceled']);
  const run = (status: string, timestamps: Record<string, string>): Run => ({
    id: 'run-1',
    type: 'runs',
    attributes: { status, 'status-timestamps': timestamps },
  });
  expect(keep?.(run('canceled', {}))).toBe(false);
  expect(keep?.(run('canceled', { 'force-canceled-at': 'x' }))).toBe(true);
  expect(keep?.(run('force_canceled', {}))).toBe(true);
});
