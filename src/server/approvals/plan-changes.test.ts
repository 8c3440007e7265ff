import { expect, test } from 'vitest';
import { listResources } from './plan-changes.ts';

const change = (actions: string[], more: object = {}) => ({ actions, ...more });

test('moved, imported and forgotten resources are listed beside destroyed and changed ones', () => {
  const plan = {
    resource_changes: [
      { address: 'a.same', change: change(['no-op']) },
      { address: 'a.new', previous_address: 'a.old', change: change(['no-op']) },
      { address: 'a.grown', previous_address: 'a.small', change: change(['update']) },
      { address: 'a.left', change: change(['forget']) },
      { address: 'a.found', change: change(['no-op'], { importing: { id: 'x' } }) },
      { address: 'a.gone', change: change(['delete']) },
    ],
  };
  expect(listResources(JSON.stringify(plan))).toEqual([
    { address: 'a.gone', action: 'destroy' },
    { address: 'a.left', action: 'forget' },
    { address: 'a.grown (moved from a.small)', action: 'change' },
    { address: 'a.found', action: 'import' },
    { address: 'a.new (moved from a.old)', action: 'move' },
  ]);
});

test.each(['', '[]', '{"resource_changes":[{}]}', 'not JSON'])('%j is no plan', (text) => {
  expect(listResources(text)).toBeNull();
});
