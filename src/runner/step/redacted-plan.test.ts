import { describe, expect, it } from 'vitest';
import { redactPlan } from './redacted-plan.ts';

const schemas = { format_version: '1.0', provider_schemas: { p: { provider: { version: 0 } } } };
const change = (after: unknown, afterSensitive: unknown = {}) => ({
  actions: ['create'],
  before: null,
  after,
  after_unknown: { id: true },
  before_sensitive: false,
  after_sensitive: afterSensitive,
});

describe('a redacted plan', () => {
  it('has the form that the terraform CLI draws, and only that', () => {
    const redacted = redactPlan(
      {
        format_version: '1.2',
        variables: { token: { value: 'hush-hush' } },
        configuration: { root_module: { variables: { token: {} } } },
        resource_changes: [{ address: 't.a', type: 't', provider_name: 'p', change: change({ size: 1 }) }],
        output_changes: { url: change('https://example.com', false) },
        ...{ prior_state: { secret: 1 }, planned_values: {} },
      },
      schemas,
      [],
    );
    expect(redacted).toEqual({
      plan_format_version: '1.2',
      output_changes: { url: change('https://example.com', false) },
      resource_changes: [{ address: 't.a', type: 't', provider_name: 'p', change: change({ size: 1 }) }],
      resource_drift: [],
      relevant_attributes: [],
      provider_format_version: '1.0',
      provider_schemas: schemas.provider_schemas,
    });
  });

  it('hides what is marked in resources, drift, outputs, deferred changes and actions, and keeps the marks', () => {
    const secret = () => ({ change: change({ password: 'hush-1' }, { password: true }) });
    const redacted = redactPlan(
      {
        resource_changes: [secret()],
        resource_drift: [secret()],
        output_changes: { password: change('hush-2', true) },
        deferred_changes: [{ reason: 'provider_config_unknown', resource_change: secret() }],
        action_invocations: [
          {
            address: 'action.t.a',
            config_values: { body: 'hush-3', n: 1 },
            config_sensitive: { body: true },
          },
        ],
      },
      schemas,
      [],
    );
    expect(JSON.stringify(redacted)).not.toContain('hush');
    expect(redacted).toMatchObject({
      resource_changes: [{ change: { after_sensitive: { password: true } } }],
      deferred_changes: [{ reason: 'provider_config_unknown' }],
      action_invocations: [{ config_values: { n: 1 }, config_sensitive: { body: true } }],
    });
  });

  it('hides what terraform does not mark but a sensitive variable says', () => {
    const redacted = redactPlan(
      {
        variables: { declared: { value: ['from-tfvars'] }, open: { value: 'everybody' } },
        configuration: { root_module: { variables: { declared: { sensitive: true }, open: {} } } },
        resource_changes: [
          { change: change({ output: 'a from-tfvars b', other: 'of-the-step', open: 'everybody' }) },
        ],
      },
      schemas,
      ['of-the-step'],
    );
    expect(redacted['resource_changes']).toMatchObject([
      { change: { after: { output: 'a *** b', other: '***', open: 'everybody' } } },
    ]);
  });
});
