import { describe, expect, it } from 'vitest';
import { countChanges, hasChanges, listProviders } from './plan-json.ts';

const change = (actions: string[], rest: { importing?: unknown; mode?: string } = {}) => {
  const { mode = 'managed', importing } = rest;
  return { mode, type: 't', provider_name: 'p', change: { actions, importing } };
};

describe('a plan as JSON', () => {
  it('counts as terraform does: replacements twice, reads and no-ops not', () => {
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

  it('has changes when terraform says so, whatever it lists', () => {
    expect(hasChanges({ applyable: false, resource_changes: [change(['create'])] })).toBe(false);
    expect(hasChanges({ applyable: true })).toBe(true);
  });

  it('has changes of resources or outputs where terraform is too old to say', () => {
    expect(hasChanges({ resource_changes: [change(['no-op']), change(['read'])] })).toBe(false);
    expect(hasChanges({ resource_changes: [change(['update'])] })).toBe(true);
    expect(hasChanges({ output_changes: { a: { actions: ['create'] } } })).toBe(true);
  });

  it('names its providers, those without a change too', () => {
    const configuration = { provider_config: { a: { full_name: 'z' }, b: {} } };
    expect(listProviders({ configuration, resource_changes: [change(['create'])] })).toEqual(['p', 'z']);
  });
});
