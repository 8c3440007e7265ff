import { expect, test } from 'vitest';
import { readPlan, type JsonChange, type Plan } from '../changes/plan.ts';
import type { RunView } from '../run/run-view.ts';
import { differingChanges, differingVariables } from './differences.ts';

const planOf = (changes: Readonly<Record<string, JsonChange>>): Plan =>
  readPlan({ resource_changes: Object.entries(changes).map(([address, change]) => ({ address, change })) });
const create = (value: unknown): JsonChange => ({ actions: ['create'], after: { value } });

test('plans differ in actions, in values, and in what only one of them changes', () => {
  const first = planOf({ same: create(1), value: create(1), action: create(1), gone: create(1) });
  const second = planOf({
    same: create(1),
    value: create(2),
    action: { actions: ['delete'] },
    came: create(1),
  });
  expect(differingChanges(first, second)).toEqual([
    ['action', 'create', 'destroy'],
    ['came', '–', 'create'],
    ['gone', 'create', '–'],
    ['value', 'create', 'create, with other values'],
  ]);
});

test('a run without a plan says nothing about changes', () => {
  expect(differingChanges(planOf({ one: create(1) }), null)).toEqual([]);
});

test('variables differ by value, and by being given at all', () => {
  const given = (variables: readonly { key: string; value: string }[]): RunView =>
    ({ run: { attributes: { variables } } }) as unknown as RunView;
  const first = given([
    { key: 'a', value: '1' },
    { key: 'b', value: '1' },
  ]);
  const second = given([
    { key: 'b', value: '1' },
    { key: 'c', value: '""' },
  ]);
  expect(differingVariables(first, second)).toEqual([
    ['a', '1', '–'],
    ['c', '–', '""'],
  ]);
  expect(differingVariables(given([]), { run: { attributes: {} } } as unknown as RunView)).toEqual([]);
});
