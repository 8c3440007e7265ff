import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NoState, readStateBytes, scanState, type StateSummary } from './scan-state.ts';

const read = (text: string): StateSummary => readStateBytes(Buffer.from(text), { detail: true });

it('reads states that terraform writes', () => {
  const instance = '{\n  "index_key": "a\\u0000",\n "attributes": {"n": 1e999}}';
  const text = `{"version": 4, "terraform_version": "1.11.4", "serial": 12, "lineage": "l-1",
    "outputs": {"id": {"value": 9007199254740993, "type": "number"}, "s": {"value": "x", "type": "string", "sensitive": true}},
    "resources": [{"mode": "managed", "type": "t", "name": "n", "module": "module.m", "provider": "p", "instances": [${instance}, {"deposed": "d"}]}],
    "check_results": null, "of a later version": [{"outputs": 1}]}`;
  expect(read(text)).toEqual({
    ...{ version: 4, serial: 12, lineage: 'l-1', terraformVersion: '1.11.4', isEncrypted: false },
    serialSpan: { start: text.indexOf('12'), end: text.indexOf('12') + 2 },
    isPartial: false,
    instanceCount: 2,
    providers: ['p'],
    outputs: [
      {
        name: 'id',
        sensitive: false,
        value: '9007199254740993',
        type: '"number"',
        valueSpan: spanOf(text, '9007199254740993'),
      },
      { name: 's', sensitive: true, value: '"x"', type: '"string"', valueSpan: spanOf(text, '"x"') },
    ],
    resources: [
      {
        ...{ mode: 'managed', type: 't', name: 'n', module: 'module.m', provider: 'p', instanceCount: 2 },
        instances: [
          {
            indexKey: '"a\\u0000"',
            isDeposed: false,
            digest: createHash('sha256').update(instance).digest('base64url'),
          },
          { indexKey: null, isDeposed: true, digest: expect.any(String) as string },
        ],
      },
    ],
  });
});

function spanOf(text: string, part: string) {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
}

it('reads the same however the file is cut into pieces, and accepts what JSON.parse accepts', () => {
  const state = fc
    .record({
      serial: fc.nat(),
      lineage: fc.string({ unit: 'binary' }),
      outputs: fc.dictionary(fc.string(), fc.jsonValue()),
      resources: fc.jsonValue(),
    })
    .map((parts) => JSON.stringify({ version: 4, ...parts }));
  fc.assert(
    fc.property(state, fc.array(fc.nat(300), { maxLength: 8 }), (text, cuts) => {
      const bytes = Buffer.from(text);
      const scan = scanState({ detail: true });
      let from = 0;
      for (const cut of cuts.sort((one, other) => one - other)) {
        scan.write(bytes.subarray(from, cut));
        from = Math.max(from, Math.min(cut, bytes.length));
      }
      scan.write(bytes.subarray(from));
      expect(scan.finish()).toEqual(read(text));
    }),
  );
});

it('rejects files that JSON.parse rejects: each truncated file, and each file with one byte changed', () => {
  const text = '{"version":4,"lineage":"\\u00e4\\n","a":[1,-0.5e+3,true,null,{}],"serial":10}';
  for (let length = 0; length < text.length; length += 1) {
    expect(() => read(text.slice(0, length))).toThrow(NoState);
  }
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'{}[]",:0 1a\\u\n-.eE+tn'), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      let isObject: boolean;
      try {
        JSON.parse(changed);
        isObject = true;
      } catch {
        isObject = false;
      }
      if (!isObject) expect(() => read(changed), changed).toThrow(NoState);
      else if (/"version":\d+[,}]/.test(changed)) expect(() => read(changed), changed).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  ['', 'it is not JSON'],
  ['hello', 'it is not JSON'],
  ['\ufeff{"version":4}', 'it is not JSON'],
  ['{"version":4}{}', 'more than one value'],
  ['[4]', 'not an object'],
  ['null', 'not an object'],
  ['{"serial":1,"lineage":"a"}', 'neither a version nor encrypted content'],
  ['{"version":"4"}', 'neither a version nor encrypted content'],
  [`{"version":4,"a":${'['.repeat(20_000)}`, 'deeper than 10000 levels'],
])('names the problem of %j', (text, problem) => {
  expect(() => read(text)).toThrow(problem);
});

it('accepts an encrypted state, and reads only its serial and lineage', () => {
  const text =
    '{"serial":3,"lineage":"l","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}';
  expect(read(text)).toMatchObject({
    isEncrypted: true,
    version: null,
    serial: 3,
    lineage: 'l',
    outputs: [],
  });
});

it('accepts states of any shape: unknown parts are skipped', () => {
  for (const odd of [
    '{"version":5}',
    '{"version":4,"serial":-1,"lineage":7,"outputs":[],"resources":{}}',
    '{"version":4,"serial":99999999999999999999}',
    '{"version":4,"outputs":{"a":1,"b":null,"c":[]},"resources":[1,null,[[]],{"instances":[1,[]]},{"instances":{}}]}',
    `{"version":4,"outputs":{"deep":{"value":${'['.repeat(9_000)}${']'.repeat(9_000)}}}}`,
    `{"version":4,"resources":[{"instances":${'['.repeat(9_000)}${']'.repeat(9_000)}}]}`,
    '{"version":4,"outputs":{"lone":{"value":"\\ud83d"},"nul":{"value":"\\u0000"}}}',
  ]) {
    expect(() => read(odd), odd.slice(0, 60)).not.toThrow();
  }
  expect(read('{"version":4,"serial":99999999999999999999}').serial).toBeNull();
});

it('reads names in every script, including escaped and truncated ones', () => {
  const text = '{"version":4,"outputs":{"größe_日本":{"value":1},"\\u00e4\\n":{"value":2}}}';
  for (let cut = 0; cut <= Buffer.byteLength(text); cut += 1) {
    const scan = scanState({ detail: true });
    scan.write(Buffer.from(text).subarray(0, cut));
    scan.write(Buffer.from(text).subarray(cut));
    expect(scan.finish().outputs.map(({ name }) => name)).toEqual(['größe_日本', 'ä\n']);
  }
});

it('leaves long values in the file, and gives their place', () => {
  const long = JSON.stringify('x'.repeat(300_000));
  const text = `{"version":4,"outputs":{"long":{"type":"string","value":${long}},"short":{"value":1}}}`;
  const [output, short] = read(text).outputs;
  expect(output).toMatchObject({ name: 'long', value: null, valueSpan: spanOf(text, long) });
  expect(short).toMatchObject({ value: '1' });
});

it('lists a bounded number of parts, and says that there are more', () => {
  const instances = Array.from({ length: 150_000 }, (_, index) => `{"index_key":${index}}`).join(',');
  const summary = read(
    `{"version":4,"resources":[{"mode":"managed","type":"t","name":"n","instances":[${instances}]}]}`,
  );
  expect(summary).toMatchObject({ instanceCount: 150_000, isPartial: true });
  expect(summary.resources[0]?.instances).toHaveLength(100_000);
});
