import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import type { RunCreateRequestInput } from '../requests.ts';
import { RunParams, type RunParamsInput } from '../run-params.ts';
import { type DecodeOptions, decodeRunCreate } from './decode-run-create.ts';
import { encodeRunCreate } from './encode-run-create.ts';

const example: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/run-create.json', import.meta.url), 'utf8'),
);

function decoded(document: unknown, options?: DecodeOptions) {
  const result = decodeRunCreate(document, options);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.request;
}

describe("the specification's example", () => {
  it('decodes to the request it shows', () => {
    expect(decoded(example)).toStrictEqual({
      workspace_id: 'ws-example123',
      params: {
        message: 'Deploy infrastructure changes',
        is_destroy: false,
        auto_apply: false,
        refresh: true,
        refresh_only: false,
        plan_only: false,
        allow_empty_apply: false,
        target_addrs: ['module.network', 'aws_instance.web_servers'],
        replace_addrs: ['module.database.aws_db_instance.main'],
        variables: [
          { key: 'environment', value: 'production' },
          { key: 'region', value: 'us-west-2' },
        ],
        save_plan: false,
        debugging_mode: false,
        allow_config_generation: false,
      },
    });
  });

  it('is exactly what that request encodes to', () => {
    expect(encodeRunCreate(decoded(example))).toEqual(example);
  });
});

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const addressOf = (...texts: string[]) => optional(fc.array(fc.constantFrom(...texts), { maxLength: 4 }));
const text = (constraints: fc.StringConstraints) => fc.string({ ...constraints, unit: 'grapheme-ascii' });

const params: fc.Arbitrary<RunParamsInput> = fc
  .record(
    {
      message: optional(fc.string({ unit: 'grapheme' }).filter((message) => !message.includes('\0'))),
      is_destroy: optional(fc.boolean()),
      auto_apply: optional(fc.boolean()),
      refresh: optional(fc.boolean()),
      refresh_only: optional(fc.boolean()),
      plan_only: optional(fc.boolean()),
      allow_empty_apply: optional(fc.boolean()),
      target_addrs: addressOf('module.a', 'data.a.b', 'a.b["k.\\"-"]', 'a.b[0]'),
      replace_addrs: addressOf('a.b', 'module.m["é"].a.b[3]'),
      variables: optional(
        fc.uniqueArray(
          fc.record({ key: text({ minLength: 1, maxLength: 128 }), value: text({ maxLength: 256 }) }),
          {
            selector: ({ key }) => key,
            maxLength: 5,
          },
        ),
      ),
      terraform_version: optional(fc.constantFrom('1.9.5', '1.14.0-beta1')),
      save_plan: optional(fc.boolean()),
      debugging_mode: optional(fc.boolean()),
      allow_config_generation: optional(fc.boolean()),
    },
    { requiredKeys: [] },
  )
  .filter((candidate) => RunParams.safeParse(candidate).success);

const request: fc.Arbitrary<RunCreateRequestInput> = fc
  .record({ params: optional(params), hasConfiguration: fc.boolean() })
  .map(({ params: given, hasConfiguration }) => ({
    workspace_id: newId('ws'),
    params: given,
    ...(hasConfiguration && { configuration_version_id: newId('cv') }),
  }));

describe('a run create request', () => {
  it('survives encoding and decoding, with its defaults filled in', () => {
    fc.assert(
      fc.property(request, (original) => {
        const onTheWire: unknown = JSON.parse(JSON.stringify(encodeRunCreate(original)));
        for (const unknownAttributes of ['ignore', 'reject'] as const) {
          expect(decoded(onTheWire, { unknownAttributes })).toEqual({
            ...original,
            params: RunParams.parse(original.params ?? {}),
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('encodes the same before and after its defaults are filled in', () => {
    fc.assert(
      fc.property(request, (original) => {
        const filled = { ...original, params: RunParams.parse(original.params ?? {}) };
        expect(encodeRunCreate(filled)).toEqual(encodeRunCreate(original));
      }),
    );
  });

  it('decodes without throwing, whatever the document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (anything, attributes, relationships) => {
        const inData = { data: { type: 'runs', attributes, relationships } };
        for (const document of [anything, { data: anything }, inData]) {
          const result = decodeRunCreate(document);
          if (!result.ok) expect(result.issues.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
