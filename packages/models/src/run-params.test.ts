import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RUN_PARAM_DEFAULTS, RUN_PARAM_FIELDS } from './run-param-defaults.ts';
import { RunParams, RunParamsShape } from './run-params.ts';

const messages = (params: unknown) =>
  RunParams.safeParse(params).error?.issues.map(({ message }) => message) ?? [];
const paths = (params: unknown) =>
  RunParams.safeParse(params).error?.issues.map(({ path }) => path.join('.')) ?? [];

const DEFAULTS = {
  is_destroy: false,
  refresh: true,
  refresh_only: false,
  plan_only: false,
  allow_empty_apply: false,
  save_plan: false,
  debugging_mode: false,
  allow_config_generation: false,
};

describe('RunParams', () => {
  it("has the specification's defaults, and leaves all other parameters unset", () => {
    expect(RunParams.parse({})).toStrictEqual(DEFAULTS);
  });

  it("has the specification's 14 fields", () => {
    expect(Object.keys(RunParamsShape.shape).sort()).toEqual([
      'allow_config_generation',
      'allow_empty_apply',
      'auto_apply',
      'debugging_mode',
      'is_destroy',
      'message',
      'plan_only',
      'refresh',
      'refresh_only',
      'replace_addrs',
      'save_plan',
      'target_addrs',
      'terraform_version',
      'variables',
    ]);
  });

  it('keeps given values', () => {
    const given = {
      ...DEFAULTS,
      message: 'Deploy',
      auto_apply: false,
      refresh: false,
      plan_only: true,
      target_addrs: ['module.network'],
      replace_addrs: ['aws_instance.web[0]'],
      variables: [{ key: 'region', value: '"us-west-2"' }],
      terraform_version: '1.9.5',
    };
    expect(RunParams.parse(given)).toStrictEqual(given);
  });

  it.each([
    'is_destroy',
    'auto_apply',
    'refresh',
    'refresh_only',
    'plan_only',
    'allow_empty_apply',
    'save_plan',
    'debugging_mode',
    'allow_config_generation',
  ])('need a real boolean for %s', (field) => {
    for (const value of ['true', 1, null]) expect(paths({ [field]: value })).toEqual([field]);
  });

  it.each([[null], [[]], ['{}'], [undefined]])('refuses %j in place of an object', (params) => {
    expect(RunParams.safeParse(params).success).toBe(false);
  });
});

describe('RunParams keys', () => {
  it('may be written in kebab case', () => {
    const params = RunParams.parse({
      'plan-only': true,
      'terraform-version': '1.9.5',
      'target-addrs': ['a.b'],
    });
    expect(params).toMatchObject({ plan_only: true, terraform_version: '1.9.5', target_addrs: ['a.b'] });
    expect(params).not.toHaveProperty('plan-only');
  });

  it.each([
    ['plan_onlly', 'plan_only'],
    ['planOnly', 'plan_only'],
    ['targets', 'target_addrs'],
    ['auto-aply', 'auto_apply'],
    ['variable', 'variables'],
  ])('that are misspelt, such as %s, are refused with the likely one', (key, meant) => {
    const suggested = messages({ [key]: true })[0];
    expect(suggested).toContain(`"${key}" is not a field of run params`);
    expect(suggested).toContain(key === 'targets' ? 'its fields are' : `did you mean "${meant}"?`);
    expect(suggested).toContain(meant);
  });

  it('given in both spellings are refused, whichever comes first', () => {
    for (const params of [
      { plan_only: true, 'plan-only': false },
      { 'plan-only': false, plan_only: true },
    ]) {
      expect(messages(params)).toEqual([
        '"plan-only" and "plan_only" are the same field of run params: give one of them.',
      ]);
    }
  });

  it('cannot reach the prototype', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"is_destroy":true},"constructor":{}}');
    expect(messages(hostile)[0]).toContain('"__proto__" is not a field');
    expect(RunParams.safeParse(JSON.parse('{"__proto__":{"is_destroy":true}}')).success).toBe(false);
  });
});

describe('RunParams rules', () => {
  it('allow a terraform version only for plan-only runs', () => {
    expect(messages({ terraform_version: '1.9.5', plan_only: true })).toEqual([]);
    expect(messages({ terraform_version: '1.9.5' })).toEqual([
      'Terraform version 1.9.5 can only be set for plan-only runs: ' +
        'leave terraform_version out or set plan_only to true',
    ]);
    expect(paths({ terraform_version: '', plan_only: true })).toEqual(['terraform_version']);
  });

  it('refuse refresh_only together with is_destroy or with replacing', () => {
    expect(paths({ refresh_only: true, is_destroy: true })).toEqual(['refresh_only']);
    expect(paths({ refresh_only: true, replace_addrs: ['a.b'] })).toEqual(['refresh_only']);
    expect(paths({ refresh_only: true, replace_addrs: [], target_addrs: ['a.b'] })).toEqual([]);
  });

  it('refuse save_plan together with plan_only', () => {
    expect(paths({ save_plan: true, plan_only: true })).toEqual(['save_plan']);
  });

  it('allow the combinations that the platform allows', () => {
    expect(messages({ plan_only: true, is_destroy: true })).toEqual([]);
    expect(messages({ plan_only: true, auto_apply: true })).toEqual([]);
    expect(messages({ refresh_only: true, refresh: false })).toEqual([]);
    expect(
      messages({ save_plan: true, is_destroy: true, auto_apply: true, allow_empty_apply: true }),
    ).toEqual([]);
  });

  it('report every broken rule at once', () => {
    const broken = {
      refresh_only: true,
      is_destroy: true,
      replace_addrs: ['a.b'],
      terraform_version: '1.9.5',
    };
    expect(paths(broken)).toEqual(['terraform_version', 'refresh_only', 'refresh_only']);
  });

  it('refuse a variable given twice, and point at the second', () => {
    const variables = ['a', 'b', 'a'].map((key) => ({ key, value: '1' }));
    expect(paths({ variables })).toEqual(['variables.2.key']);
    expect(messages({ variables })).toEqual(['Variable "a" is given twice']);
  });

  it('treat names that differ in case as different variables', () => {
    expect(messages({ variables: ['a', 'A'].map((key) => ({ key, value: '1' })) })).toEqual([]);
  });

  it('check each address and point at it', () => {
    expect(
      paths({ target_addrs: ['module.a', 'nonsense'], replace_addrs: ['a.b', 'data.a.b', 'module.a'] }),
    ).toEqual(['target_addrs.1', 'replace_addrs.1', 'replace_addrs.2']);
  });

  it('refuse text that no database can store', () => {
    expect(paths({ message: 'a\0b' })).toEqual(['message']);
  });
});

describe('RunParams as JSON Schema', () => {
  const schema = z.toJSONSchema(RunParams, { io: 'input' });

  it('shows snake_case properties with their defaults, and no others allowed', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(RunParamsShape.shape));
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toBeUndefined();
    expect(schema.properties?.['refresh']).toMatchObject({ type: 'boolean', default: true });
    expect(schema.properties?.['auto_apply']).not.toHaveProperty('default');
  });

  it('shows the limits of a variable', () => {
    expect(schema.properties?.['variables']).toMatchObject({
      type: 'array',
      items: {
        properties: {
          key: { type: 'string', minLength: 1, maxLength: 128 },
          value: { type: 'string', maxLength: 256 },
        },
        required: ['key', 'value'],
      },
    });
  });
});

it('matches the names and defaults that are written without a schema', () => {
  expect(RUN_PARAM_FIELDS).toEqual(Object.keys(RunParamsShape.shape));
  expect(RunParamsShape.parse({})).toEqual(RUN_PARAM_DEFAULTS);
});
