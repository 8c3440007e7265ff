import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, parseAddress, printAddress } from './address.ts';
import { type InstanceKey, stringKey } from './instance-key.ts';

function parsed(text: string): Address {
  const result = parseAddress(text);
  if (!result.ok) throw new Error(`${text}: ${result.problem.message}`);
  return result.address;
}

function positionOfProblem(text: string): number | null {
  const result = parseAddress(text);
  return result.ok ? null : result.problem.position;
}

describe('parseAddress', () => {
  it('reads a path of modules with a data source in it', () => {
    expect(parsed('module.a["k"].module.b[3].data.aws_ami.x[0]')).toEqual({
      modules: [
        { name: 'a', key: { kind: 'string', value: 'k', spelling: '"k"' } },
        { name: 'b', key: { kind: 'number', value: 3 } },
      ],
      resource: { mode: 'data', type: 'aws_ami', name: 'x', key: { kind: 'number', value: 0 } },
    });
  });

  it('reads a module alone and a resource alone', () => {
    expect(parsed('module.network')).toEqual({ modules: [{ name: 'network', key: null }], resource: null });
    expect(parsed('aws_instance.web')).toEqual({
      modules: [],
      resource: { mode: 'managed', type: 'aws_instance', name: 'web', key: null },
    });
    expect(parsed('ephemeral.vault_token.t').resource?.mode).toBe('ephemeral');
  });

  it.each([
    ['a.b["x y; -z"]', 'x y; -z'],
    ['a.b["say \\"hi\\""]', 'say "hi"'],
    ['a.b["back\\\\slash"]', 'back\\slash'],
    ['a.b["\\n\\r\\t"]', '\n\r\t'],
    ['a.b["\\u00e9\\U0001F600"]', 'é😀'],
    ['a.b["é😀"]', 'é😀'],
    ['a.b["$${x} %%{y} $ % $$"]', '${x} %{y} $ % $$'],
    ['a.b["$$${x}"]', '$${x}'],
    ['a.b[""]', ''],
    ['a.b["a]b[c"]', 'a]b[c'],
  ])('understands the key of %s', (text, value) => {
    expect(parsed(text).resource?.key).toMatchObject({ kind: 'string', value });
  });

  it.each([
    'aws_instance.web-server_1',
    'aws_instance._private',
    'ünïcode.名前',
    'a.module',
    'a.data',
    'data.module.x',
    'module.data.a.b',
    'module.module.a.b',
    'a.b[9007199254740991]',
  ])('accepts %s', (text) => {
    expect(printAddress(parsed(text))).toBe(text);
  });

  it.each([
    ['', 0],
    ['-target', 0],
    ['--help', 0],
    ['.a.b', 0],
    ['9a.b', 0],
    [' a.b', 0],
    ['*', 0],
    ['aws_instance', 12],
    ['aws_instance.', 13],
    ['aws_instance.web.', 16],
    ['aws_instance.web.id', 16],
    ['a..b', 2],
    ['a.b ', 3],
    ['a.b\n', 3],
    ['a.b\0', 3],
    ['a.b;c.d', 3],
    ['a.b,c.d', 3],
    ['a.b\r\n-lock=false', 3],
    ['a .b', 1],
    ['a.-b', 2],
    ['module', 6],
    ['module.', 7],
    ['module.a.', 9],
    ['module.a.b', 10],
    ['module[0].a.b', 6],
    ['data', 4],
    ['data.a', 6],
    ['data.a.b.c', 8],
    ['a.b[]', 4],
    ['a.b[', 4],
    ['a.b[0', 5],
    ['a.b[0][1]', 6],
    ['a.b[01]', 4],
    ['a.b[-1]', 4],
    ['a.b[+1]', 4],
    ['a.b[1.5]', 5],
    ['a.b[1e3]', 5],
    ['a.b[ 0 ]', 4],
    ['a.b[*]', 4],
    ['a.b[x]', 4],
    ["a.b['x']", 4],
    ['a.b["x]', 7],
    ['a.b["x', 6],
    ['a.b["x"', 7],
    ['a.b["x\n"]', 6],
    ['a.b["\0"]', 5],
    ['a.b["\u0085"]', 5],
    ['a.b["\ud800"]', 5],
    ['a.b["\\ud800"]', 5],
    ['a.b["\\U00110000"]', 5],
    ['a.b["\\x41"]', 5],
    ['a.b["\\u00g0"]', 5],
    ['a.b["${x}"]', 5],
    ['a.b["x%{if true}"]', 6],
    ['a.b.0', 3],
    ['var.name', 0],
    ['local.name', 0],
    ['module.a.path.module', 9],
    ['resource.aws_instance.web', 0],
    ['a.b\u2028', 3],
    ['a．b', 1],
  ])('refuses %j at offset %i', (text, position) => {
    expect(positionOfProblem(text)).toBe(position);
  });

  it('refuses an index that no number can hold exactly', () => {
    expect(positionOfProblem('a.b[9007199254740993]')).not.toBeNull();
  });

  it('names what it expected and what it found', () => {
    const result = parseAddress('aws_instance.web.id');
    expect(result).toEqual({
      ok: false,
      problem: { position: 16, message: 'expected the end of the address, not "." at character 17' },
    });
  });
});

const identifier = fc.stringMatching(/^[a-zA-Z_é名][a-zA-Z0-9_é名-]{0,8}$/);
const key: fc.Arbitrary<InstanceKey | null> = fc.oneof(
  fc.constant(null),
  fc.maxSafeNat().map((value) => ({ kind: 'number' as const, value })),
  fc.string({ unit: 'binary' }).map(stringKey),
  fc.stringMatching(/^[$%{}"\\a\n]{0,6}$/).map(stringKey),
);
const notReserved = identifier.filter(
  (word) =>
    !/^(module|data|ephemeral|resource|count|each|local|path|self|terraform|var|template|lazy|arg)$/.test(
      word,
    ),
);
const address: fc.Arbitrary<Address> = fc
  .record({
    modules: fc.array(fc.record({ name: identifier, key }), { maxLength: 3 }),
    resource: fc.oneof(
      fc.constant(null),
      fc.record({
        mode: fc.constantFrom('managed' as const, 'data' as const, 'ephemeral' as const),
        type: notReserved,
        name: identifier,
        key,
      }),
    ),
  })
  .filter(({ modules, resource }) => modules.length > 0 || resource !== null);

describe('the address grammar', () => {
  it('reads every printed address back to the same address', () => {
    fc.assert(
      fc.property(address, (original) => {
        expect(parsed(printAddress(original))).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  it('prints every accepted text back unchanged, and accepts none that could pass for an option', () => {
    const fragment = fc.constantFrom(
      ...[
        '',
        '.',
        'x',
        '-',
        ' ',
        '\n',
        '\0',
        ';',
        'é',
        '\u2028',
        '😀',
        '\ud83d',
        '7',
        '[0]',
        '["k"]',
        '[',
        ']',
        '*',
      ],
      ...['"', '\\"', '\\u0041', '\\', '$${', '${', '%', 'module.', 'data.', '.y.z'],
    );
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(address, fc.nat(), fc.nat({ max: 2 }), fragment, (original, seed, removed, inserted) => {
        const printed = printAddress(original);
        const at = seed % (printed.length + 1);
        const text = printed.slice(0, at) + inserted + printed.slice(at + removed);
        const result = parseAddress(text);
        if (!result.ok) {
          refused++;
          return;
        }
        accepted++;
        expect(printAddress(result.address)).toBe(text);
        expect(text).toMatch(/^[^\p{Cc}]+$/u);
        expect(text.replaceAll(/\["(?:[^"\\]|\\.)*"\]/g, '')).toMatch(
          /^[\p{ID_Start}_][\p{ID_Continue}.[\]-]*$/u,
        );
      }),
      { numRuns: 5000 },
    );
    // Both outcomes must occur often, or the property proves little.
    expect(Math.min(accepted, refused)).toBeGreaterThan(500);
  });

  it('never throws, whatever the text, and reports a position inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const position = positionOfProblem(text);
        if (position !== null) expect(position).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a long address in one pass', () => {
    const text = `${'module.m["k"].'.repeat(5000)}a.b`;
    expect(parsed(text).modules).toHaveLength(5000);
    expect(positionOfProblem(`a.b["${'x$'.repeat(50_000)}`)).toBe(100_005);
  });
});
