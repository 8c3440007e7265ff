import { describe, expect, it } from 'vitest';
import { countChanges, countDrifted, hasChanges, listProviders, listTypes } from './plan-json.ts';

const change = (actions: string[], rest: { importing?: unknown; mode?: string } = {}) => {
  const { mode = 'managed', importing } = rest;
  return { mode, type: 't', provider_name: 'p', change: { actions, importing } };
};

describe('a plan as JSON', () => {
  it('counts as terraform does: a replacement counts twice, reads and no-ops do not count', () => {
    const resource_changes = [
      ...[change(['create']), change(['update']), change(['delete', 'create']), change(['create', 'delete'])],
      ...[
        change(['no-op'], { importing: { id: 'x' } }),
        change(['read'], { mode: 'data' }),
        change(['forget']),
      ],
    ];
    expect(countChanges({ resource_changes })).toEqual({
      additions: 3,
      changes: 1,
      destructions: 2,
      imports: 1,
    });
  });

  it('counts what was changed or removed outside of terraform, and not what was only moved', () => {
    const resource_drift = [change(['update']), change(['delete']), change(['no-op'])];
    expect(countDrifted({ resource_drift })).toBe(2);
    expect(countDrifted({})).toBe(0);
  });

  it('has changes when the exit code says so, whatever it lists', () => {
    expect(hasChanges({ resource_changes: [change(['create'])] }, 0, false)).toBe(false);
    expect(hasChanges({ resource_changes: [change(['no-op'], { importing: { id: 'x' } })] }, 2, false)).toBe(
      true,
    );
    expect(hasChanges({}, 2, false)).toBe(true);
  });

  it('has changes in a refresh only when it shows drift or an output that differs', () => {
    const unchanged = { o: { actions: ['no-op'] } };
    expect(hasChanges({ output_changes: unchanged }, 2, true)).toBe(false);
    expect(hasChanges({ resource_drift: [{ type: 't', provider_name: 'p' }] }, 2, true)).toBe(true);
    expect(hasChanges({ output_changes: { o: { actions: ['update'] } } }, 2, true)).toBe(true);
    expect(hasChanges({ resource_drift: [{ type: 't', provider_name: 'p' }] }, 0, true)).toBe(false);
  });

  it('lists the providers and types of its actions, including deferred ones', () => {
    const plan = {
      action_invocations: [{ type: 'a', provider_name: 'p' }],
      deferred_action_invocations: [{ action_invocation: { type: 'b', provider_name: 'q' } }],
    };
    expect([listProviders(plan), [...listTypes(plan)]]).toEqual([
      ['p', 'q'],
      ['a', 'b'],
    ]);
  });

  it('lists its providers, including those without a change', () => {
    const configuration = { provider_config: { a: { full_name: 'z' }, b: {} } };
    expect(listProviders({ configuration, resource_changes: [change(['create'])] })).toEqual(['p', 'z']);
  });
});
