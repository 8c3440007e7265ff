import { describe, expect, test } from 'vitest';
import { actionOf, readChange } from './plan-change.ts';
import { redactTerraformJson } from './redact-plan.ts';

describe('a change of a plan', () => {
  test.each([
    [['no-op'], 'no-op'],
    [['create'], 'create'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['forget'], 'forget'],
    [['create', 'forget'], 'forget'],
    [['read'], 'read'],
    // An unknown action of a newer terraform counts as a change, so that it is seen.
    [['rename'], 'update'],
  ])('%j is %s', (actions, action) => {
    expect(actionOf({ actions })).toBe(action);
  });

  test('an import without another change is an import', () => {
    expect(actionOf({ actions: ['no-op'], importing: { id: 'x' } })).toBe('import');
  });

  test('names the changed attributes and never a value', () => {
    const change = readChange({
      address: 'a.b',
      type: 'a',
      action_reason: 'replace_because_cannot_update',
      change: {
        actions: ['delete', 'create'],
        before: { same: 1, list: [1], pw: 'old', id: 'i' },
        after: { same: 1, list: [1, 2], pw: 'new' },
        after_unknown: { id: true },
        before_sensitive: { pw: true },
        replace_paths: [['list', 0]],
      },
    });
    expect(change).toEqual({
      address: 'a.b',
      type: 'a',
      action: 'replace',
      reason: 'replace_because_cannot_update',
      attributes: ['list (forces replacement)', 'pw (sensitive)', 'id (known after apply)'],
    });
  });

  test('many attributes are counted instead of listed', () => {
    const after = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${String(index)}`, index]));
    const { attributes } = readChange({ change: { actions: ['create'], before: null, after } });
    expect(attributes).toHaveLength(13);
    expect(attributes.at(-1)).toBe('and 18 more');
  });
});

test('marked values, undeclared variables and the configuration are left out of JSON', () => {
  const plan = {
    variables: { open: { value: 'eu' }, secret: { value: 's1' }, unknown: { value: 's2' } },
    planned_values: {
      root_module: {
        resources: [{ values: { a: 'shown', b: { c: 's3' } }, sensitive_values: { b: { c: true } } }],
      },
    },
    resource_changes: [
      { change: { before: ['s4', 'shown'], before_sensitive: [true], after: 's5', after_sensitive: true } },
    ],
    outputs: { o: { sensitive: true, value: 's6' } },
    configuration: { root_module: { variables: { open: {}, secret: { sensitive: true } }, constant: 's7' } },
  };
  const text = JSON.stringify(redactTerraformJson(plan));
  expect(text).not.toMatch(/s[1-7]/);
  expect(text.match(/shown/g)).toHaveLength(2);
  expect(text).toContain('"open":{"value":"eu"}');
});
