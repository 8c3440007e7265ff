import { describe, expect, it } from 'vitest';
import { RunParams } from '../run-params.ts';
import { type DecodeOptions, decodeRunCreate } from './decode-run-create.ts';

const workspace = { data: { id: 'ws-example123', type: 'workspaces' } };

function body(attributes: unknown, relationships: unknown = { workspace }) {
  return { data: { type: 'runs', attributes, relationships } };
}

function decoded(document: unknown, options?: DecodeOptions) {
  const result = decodeRunCreate(document, options);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.request;
}

function issuesOf(document: unknown, options?: DecodeOptions) {
  const result = decodeRunCreate(document, options);
  return result.ok ? [] : result.issues;
}

const pointersOf = (document: unknown, options?: DecodeOptions) =>
  issuesOf(document, options).map(({ pointer }) => pointer);

describe('decodeRunCreate', () => {
  it('fills in the defaults, also when there are no attributes', () => {
    for (const attributes of [undefined, null, {}]) {
      expect(decoded(body(attributes)).params).toStrictEqual(RunParams.parse({}));
    }
  });

  it('treats an explicit null as absent', () => {
    const attributes = {
      message: null,
      'auto-apply': null,
      'plan-only': null,
      refresh: null,
      'target-addrs': null,
      'replace-addrs': null,
      variables: null,
      'terraform-version': null,
    };
    expect(decoded(body(attributes)).params).toStrictEqual(RunParams.parse({}));
  });

  it('treats a null configuration version, and one without an id, as none', () => {
    for (const data of [null, { type: 'configuration-versions', id: '' }]) {
      const request = decoded(body({}, { workspace, 'configuration-version': { data } }));
      expect(request).not.toHaveProperty('configuration_version_id');
    }
  });

  it('treats a relationship without a type as one of the right type', () => {
    expect(decoded(body({}, { workspace: { data: { id: 'ws-example123' } } })).workspace_id).toBe(
      'ws-example123',
    );
  });

  it('reads the configuration version', () => {
    const reference = { data: { type: 'configuration-versions', id: 'cv-1' } };
    expect(
      decoded(body({}, { workspace, 'configuration-version': reference })).configuration_version_id,
    ).toBe('cv-1');
  });

  it('accepts debugging_mode for debugging-mode, and prefers the hyphen', () => {
    expect(decoded(body({ debugging_mode: true })).params.debugging_mode).toBe(true);
    for (const attributes of [
      { debugging_mode: false, 'debugging-mode': true },
      { 'debugging-mode': true, debugging_mode: false },
    ]) {
      expect(decoded(body(attributes)).params.debugging_mode).toBe(true);
    }
  });

  it('ignores unknown attributes, also those of variables, unless told to reject them', () => {
    const document = body({ 'plan-onlly': true, variables: [{ key: 'a', value: '1', hcl: true }] });
    expect(decoded(document).params.variables).toEqual([{ key: 'a', value: '1' }]);
    expect(issuesOf(document, { unknownAttributes: 'reject' })).toEqual([
      {
        title: 'invalid attribute',
        detail: '"plan-onlly" is not a field of a run: did you mean "plan-only"?',
        pointer: '/data/attributes/plan-onlly',
      },
      {
        title: 'invalid attribute',
        detail: '"hcl" is not a field of a run variable: its fields are key, value.',
        pointer: '/data/attributes/variables/0',
      },
    ]);
  });

  it('escapes special characters in a pointer', () => {
    expect(pointersOf(body({ 'a/b~c': 1 }), { unknownAttributes: 'reject' })).toEqual([
      '/data/attributes/a~1b~0c',
    ]);
  });

  it('accepts an unquoted value of a variable: its meaning shows when the run plans', () => {
    expect(
      decoded(body({ variables: [{ key: 'a', value: 'Hello, World!' }] })).params.variables,
    ).toHaveLength(1);
  });

  it.each([
    [undefined, '/data'],
    [null, '/data'],
    ['{}', '/data'],
    [[], '/data'],
    [{}, '/data'],
    [{ data: [] }, '/data'],
    [{ data: {} }, '/data/type'],
    [{ data: { type: 'plans' } }, '/data/type'],
    [{ data: { type: 'runs', attributes: [], relationships: { workspace } } }, '/data/attributes'],
  ])('calls %j malformed at %s', (document, pointer) => {
    expect(issuesOf(document)).toEqual([
      { title: 'unprocessable entity', detail: expect.stringContaining('malformed') as string, pointer },
    ]);
  });

  it.each([
    ['is-destroy', 'yes', '', 'is-destroy is not a boolean'],
    ['refresh', 0, '', 'refresh is not a boolean'],
    ['auto-apply', 'true', '', 'auto-apply is not a boolean'],
    ['message', {}, '', 'message is not a string'],
    ['terraform-version', 1.9, '', 'terraform-version is not a string'],
    ['target-addrs', 'a.b', '', 'target-addrs is not a list'],
    ['target-addrs', [1], '/0', 'target-addrs/0 is not a string'],
    ['variables', {}, '', 'variables is not a list'],
    ['variables', ['a=b'], '/0', 'variables/0 is not an object'],
    ['variables', [{ key: 'a', value: 1 }], '/0/value', 'variables/0/value is not a string'],
  ])('explains what is wrong with %s: %j', (attribute, value, below, detail) => {
    expect(issuesOf(body({ [attribute]: value }))).toEqual([
      { title: 'invalid attribute', detail, pointer: `/data/attributes/${attribute}${below}` },
    ]);
  });

  it.each([
    [{}, '/data/relationships/workspace', 'Workspace must be present'],
    [undefined, '/data/relationships/workspace', 'Workspace must be present'],
    [{ workspace: { data: null } }, '/data/relationships/workspace', 'Workspace must be present'],
    [
      { workspace: { data: { type: 'runs', id: 'x' } } },
      '/data/relationships/workspace/data/type',
      '"workspaces"',
    ],
    [
      { workspace: { data: { type: 'workspaces', id: 7 } } },
      '/data/relationships/workspace/data',
      'id and type',
    ],
    [
      { workspace: { data: { type: 'workspaces', id: '' } } },
      '/data/relationships/workspace',
      'Workspace must be present',
    ],
    [
      { workspace, 'configuration-version': { data: 'cv-1' } },
      '/data/relationships/configuration-version/data',
      'id and type',
    ],
  ])('answers the relationships %j at %s', (relationships, pointer, detail) => {
    expect(issuesOf({ data: { type: 'runs', relationships } })).toEqual([
      { title: 'invalid attribute', detail: expect.stringContaining(detail) as string, pointer },
    ]);
  });

  it('accepts a workspace id of another form, since only the platform knows the workspace', () => {
    const elsewhere = {
      workspace: { data: { type: 'workspaces', id: '0c9a6d7e-1111-4222-8333-444455556666' } },
    };
    expect(decoded(body({}, elsewhere)).workspace_id).toBe('0c9a6d7e-1111-4222-8333-444455556666');
  });

  it('points at every bad address and variable', () => {
    const attributes = {
      'target-addrs': ['module.ok', '-bad', 'x'],
      'replace-addrs': ['module.not_replaceable'],
      variables: [
        { key: '', value: 'v' },
        { key: 'k'.repeat(129), value: 'v'.repeat(257) },
      ],
    };
    expect(pointersOf(body(attributes))).toEqual([
      '/data/attributes/target-addrs/1',
      '/data/attributes/target-addrs/2',
      '/data/attributes/replace-addrs/0',
      '/data/attributes/variables/0/key',
      '/data/attributes/variables/1/key',
      '/data/attributes/variables/1/value',
    ]);
  });

  it('reports rules between attributes under their wire names', () => {
    const attributes = {
      'terraform-version': '1.9.5',
      'refresh-only': true,
      'is-destroy': true,
      variables: ['plan_only', 'plan_only'].map((key) => ({ key, value: '' })),
    };
    expect(issuesOf(body(attributes))).toEqual([
      {
        title: 'invalid attribute',
        detail:
          'Terraform version 1.9.5 can only be set for plan-only runs: ' +
          'leave terraform-version out or set plan-only to true',
        pointer: '/data/attributes/terraform-version',
        isBeyondForm: true,
      },
      {
        title: 'invalid attribute',
        detail: 'refresh-only and is-destroy exclude each other: set one of them',
        pointer: '/data/attributes/refresh-only',
        isBeyondForm: true,
      },
      {
        title: 'invalid attribute',
        detail: 'Variable "plan_only" is given twice',
        pointer: '/data/attributes/variables/1/key',
        isBeyondForm: true,
      },
    ]);
  });

  it('can leave the rule about plan-only, and that rule alone, to a caller who knows the configuration version', () => {
    const options = { planOnlyByConfiguration: true };
    expect(decoded(body({ 'terraform-version': '1.9.5' }), options).params.terraform_version).toBe('1.9.5');
    expect(
      pointersOf(body({ 'terraform-version': '1.9.5', 'save-plan': true, 'plan-only': true }), options),
    ).toEqual(['/data/attributes/save-plan']);
  });

  it('can allow longer values of variables', () => {
    const document = body({ variables: [{ key: 'a', value: 'v'.repeat(1000) }] });
    expect(pointersOf(document)).toEqual(['/data/attributes/variables/0/value']);
    expect(pointersOf(document, { variableValueMax: 1000 })).toEqual([]);
    expect(pointersOf(document, { variableValueMax: 999 })).toEqual(['/data/attributes/variables/0/value']);
  });

  it('reports attributes and relationships together', () => {
    expect(pointersOf(body({ refresh: 1 }, {}))).toEqual([
      '/data/attributes/refresh',
      '/data/relationships/workspace',
    ]);
  });

  it('treats names of the prototype as plain names', () => {
    const document: unknown = JSON.parse(
      '{"data":{"type":"runs","attributes":{"__proto__":{"plan-only":true},"constructor":1,"toString":2},' +
        '"relationships":{"workspace":{"data":{"type":"workspaces","id":"ws-1"}}}}}',
    );
    expect(decoded(document).params).toStrictEqual(RunParams.parse({}));
  });
});
