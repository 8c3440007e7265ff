import { createMasker } from '../../masking/masker.ts';
import { spellingsOf } from '../../masking/spellings.ts';
import { describe, expect, it } from 'vitest';
import { redactPlan } from './redacted-plan.ts';

const secretsOf = (...texts: string[]) => {
  const patterns = new Set(texts.flatMap((text) => [...spellingsOf(text)]));
  return { patterns, masker: createMasker(patterns) };
};
const none = secretsOf();
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
  it('has only the form that the terraform CLI draws', () => {
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
      none,
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

  it('hides marked values in resources, drift, outputs, deferred changes and actions, and keeps the marks', () => {
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
      none,
    );
    expect(JSON.stringify(redacted)).not.toContain('hush');
    expect(redacted).toMatchObject({
      resource_changes: [{ change: { after_sensitive: { password: true } } }],
      deferred_changes: [{ reason: 'provider_config_unknown' }],
      action_invocations: [{ config_values: { n: 1 }, config_sensitive: { body: true } }],
    });
  });

  it('hides values of sensitive variables that terraform does not mark', () => {
    const redacted = redactPlan(
      {
        variables: { declared: { value: ['from-tfvars'] }, open: { value: 'everybody' } },
        configuration: { root_module: { variables: { declared: { sensitive: true }, open: {} } } },
        resource_changes: [
          { change: change({ output: 'a from-tfvars b', other: 'of-the-step', open: 'everybody' }) },
        ],
      },
      schemas,
      secretsOf('of-the-step'),
    );
    expect(redacted['resource_changes']).toMatchObject([
      { change: { after: { output: 'a *** b', other: '***', open: 'everybody' } } },
    ]);
  });

  it('hides a secret in any form, in numbers, in keys and in addresses, but never a provider’s words', () => {
    const wordy = { p: { resource_schemas: { t: { block: { attributes: { password1: {} } } } } } };
    const value = {
      url: 'amqp://u:Winter%212026%28x%29@mq',
      auth: Buffer.from('u:Winter!2026(x)').toString('base64'),
      pin: 1234567,
      password1: 'password1',
      tags: { 'Winter!2026(x)': 1, other: 2 },
    };
    const redacted = redactPlan(
      {
        resource_changes: [
          { address: 't.a["Winter!2026(x)"]', index: 'Winter!2026(x)', change: change(value) },
        ],
      },
      { provider_schemas: wordy },
      secretsOf('Winter!2026(x)', '1234567', 'password1'),
    );
    expect(redacted['resource_changes']).toMatchObject([
      {
        address: 't.a["***"]',
        index: '***',
        change: { after: { url: 'amqp://u:***@mq', pin: 0, password1: '***', tags: { '***': 1, other: 2 } } },
      },
    ]);
    expect(JSON.stringify(redacted)).not.toContain(value.auth.slice(4, -4));
  });

  it('keeps additions of a newer engine, without their values', () => {
    const added = { new_words: 'hush-1', new_map: { a: 'hush-2' }, new_flag: false, nothing: null };
    const redacted = redactPlan(
      {
        resource_changes: [{ address: 't.a', ...added, change: { ...change({ size: 1 }), ...added } }],
        action_invocations: [{ address: 'action.t.a', ...added }],
        deferred_action_invocations: [
          {
            reason: 'unknown',
            action_invocation: { config_values: { b: 'hush-3' }, config_sensitive: { b: true } },
          },
        ],
      },
      schemas,
      none,
    );
    expect(JSON.stringify(redacted)).not.toContain('hush');
    const kept = { new_words: '(sensitive value)', new_map: {}, new_flag: false, nothing: null };
    expect(redacted).toMatchObject({
      resource_changes: [{ ...kept, address: 't.a', change: { ...kept, after: { size: 1 } } }],
      action_invocations: [{ ...kept, address: 'action.t.a' }],
      deferred_action_invocations: [{ reason: 'unknown' }],
    });
  });
});
