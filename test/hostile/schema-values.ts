/** Values that fit a JSON Schema, and damaged versions of them. */
import fc from 'fast-check';

export type Schema = Record<string, unknown>;
export type Components = Record<string, Schema>;

/** Texts that have broken other programs before. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  '\ud800',
  '../..',
  "' or 1=1 --",
  '%00',
  '%',
  '-1',
  '1e999',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '\u202e\u0000\uffff',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷽',
  'x'.repeat(300),
  '{{7*7}}${7*7}',
  'ws-',
  '2020-01-01T00:00:00Z',
];

/** Texts that are valid in one place or another. */
const USEFUL_TEXTS = [
  'a-good-name',
  'terraform_data.x[0]',
  'module.network',
  'latest',
  '~> 1.9.0',
  'terraform',
  'remote',
  'http://127.0.0.1:9/',
  'run:completed',
];

export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...USEFUL_TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);

const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE_TEXTS,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { data: null },
  { __proto__: null, id: { id: [] } },
  'y'.repeat(20_000),
  Array.from({ length: 500 }, (_, index) => ({ key: `k${index}`, value: index })),
];

/** @param text the generator for texts without further rules */
export function valuesOf(
  schema: Schema,
  components: Components,
  text: fc.Arbitrary<string>,
  depth = 0,
): fc.Arbitrary<unknown> {
  const inner = (child: unknown): fc.Arbitrary<unknown> =>
    valuesOf(child as Schema, components, text, depth + 1);
  const { $ref, anyOf, oneOf, allOf, const: only, enum: words, type } = schema;
  if (typeof $ref === 'string') return inner(components[$ref.split('/').at(-1) ?? ''] ?? {});
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  if (Array.isArray(allOf)) {
    return fc.tuple(...allOf.map(inner)).map((parts) => Object.assign({}, ...parts) as unknown);
  }
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[]));
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => inner({ ...schema, type: one as unknown })));
  switch (type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.array(inner(schema['items'] ?? {}), { maxLength: 2 });
    case 'string':
      return textOf(schema, text);
    case 'integer':
    case 'number':
      return fc.integer({ min: Number(schema['minimum'] ?? 0), max: Number(schema['minimum'] ?? 0) + 1 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return depth > 4 ? fc.constant(null) : fc.oneof(text, fc.boolean(), fc.constant(null));
  }
}

function objectOf(schema: Schema, inner: (child: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const fields = Object.entries(properties).map(([name, child]) =>
    required.has(name)
      ? inner(child).map((value) => [name, value] as const)
      : fc
          .oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: inner(child) })
          .map((value) => [name, value] as const),
  );
  return fc
    .tuple(...fields)
    .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)));
}

function textOf(schema: Schema, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { format, pattern } = schema;
  if (format === 'date-time') return fc.constantFrom('2030-01-01T00:00:00Z', '2001-02-03T04:05:06+07:00');
  if (format === 'email') return text.map((value) => `${value.replaceAll(/[^a-z0-9]/g, '')}a@example.com`);
  // A closed port on an address that may not be called, so that nothing leaves the machine.
  if (format === 'uri') return fc.constant('http://127.0.0.1:9/');
  if (typeof pattern !== 'string') return text;
  const rule = new RegExp(pattern, 'u');
  const fitting = [...USEFUL_TEXTS, ...fc.sample(text, { numRuns: 5, seed: 1 })].filter((value) =>
    rule.test(value),
  );
  const made = fc.sample(fc.stringMatching(rule, { size: 'small' }), { numRuns: 20, seed: 1 });
  return fitting.length > 0 ? fc.constantFrom(...fitting, ...fitting, ...made) : fc.constantFrom(...made);
}

export interface Damage {
  at: number;
  kind: 'replace' | 'remove' | 'add';
  value: unknown;
}

export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    at: fc.nat(40),
    kind: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'add' as const),
    value: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ),
  }),
  { maxLength: 2 },
);

/** Returns the value with parts of it replaced, removed or added. */
export function damage(value: unknown, list: readonly Damage[]): unknown {
  const root = { value: structuredClone(value) };
  for (const { at, kind, value: hostile } of list) {
    const places = placesIn(root);
    const place = places[at % places.length];
    if (place === undefined) continue;
    if (kind === 'replace' || place.holder === root) place.holder[place.key] = structuredClone(hostile);
    else if (kind === 'remove') delete place.holder[place.key];
    else place.holder['__proto__x'] = structuredClone(hostile);
  }
  return root.value;
}

type Holder = Record<string, unknown>;

function placesIn(holder: Holder): { holder: Holder; key: string }[] {
  return Object.entries(holder).flatMap(([key, child]) => [
    { holder, key },
    ...(typeof child === 'object' && child !== null ? placesIn(child as Holder) : []),
  ]);
}
