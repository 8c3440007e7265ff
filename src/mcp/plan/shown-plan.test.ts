import { describe, expect, it } from 'vitest';
import { shownPlan } from './shown-plan.ts';

const change = (before: unknown, after: unknown) => ({
  actions: ['update'],
  before,
  after,
  before_sensitive: {},
});
const plan = (sensitive: boolean) => ({
  format_version: '1.2',
  variables: { p: { value: 'Winter!2026(x)' }, n: { value: 12345678 } },
  configuration: { root_module: { variables: { p: { sensitive }, n: { sensitive } } } },
  planned_values: { root_module: { resources: [{ values: { output: 'Winter!2026(x)' } }] } },
  prior_state: { values: { outputs: { o: { value: 'Winter!2026(x)' } } } },
  resource_changes: [
    { address: 'a.b', change: change({ o: 'Winter!2026(x)' }, { u: 'Winter%212026%28x%29', n: 12345678 }) },
  ],
});

describe('a plan that a model sees', () => {
  it('has the changes as the server draws them, and their values in no other place', () => {
    const redacted = {
      resource_changes: [{ address: 'a.b', change: change({ o: '***' }, { u: '***', n: 0 }) }],
    };
    const shown = shownPlan(plan(false), { ...redacted, provider_schemas: { p: {} } });
    expect(shown).toEqual({ format_version: '1.2', configuration: '(left out)', ...redacted });
  });

  it('hides values that the configuration declares as sensitive, where the server draws no plan', () => {
    const shown = shownPlan(plan(true), undefined);
    const text = JSON.stringify(shown);
    for (const part of ['Winter', '2026', '12345678']) expect(text).not.toContain(part);
    expect(shown).toMatchObject({
      resource_changes: [{ change: { after: { u: '***', n: '(sensitive)' } } }],
    });
  });

  it('treats an answer that is no plan as one that shows nothing', () => {
    expect(JSON.stringify(shownPlan(plan(false), []))).not.toContain('Winter');
    expect(shownPlan([], undefined)).toEqual([]);
  });
});
