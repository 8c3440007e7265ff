/** The schemas that the provider offers to terraform. */
import type { Message } from './messages.ts';

type Type = string | [string, Type] | [string, Record<string, Type>];

const LIST = 2;
const SET = 3;

interface Attribute {
  type: Type;
  use: 'required' | 'optional' | 'computed' | 'optional computed';
  sensitive?: boolean;
  write_only?: boolean;
}

const optional = (type: Type): Attribute => ({ type, use: 'optional' });
const computed = (type: Type): Attribute => ({ type, use: 'computed' });
const required = (type: Type): Attribute => ({ type, use: 'required' });

/** Attributes that cause faults or delays; faults.ts describes them. */
const FAULTS = {
  fail_at: optional(['set', 'string']),
  warn_at: optional(['set', 'string']),
  crash_at: optional(['set', 'string']),
  hang_at: optional(['set', 'string']),
  delay_ms: optional(['map', 'number']),
  deaf: optional('bool'),
  leak_to: optional(['set', 'string']),
};

/** The attributes and blocks of things that a configuration sets, without the write-only attribute. */
export const THING_INPUTS = {
  name: optional('string'),
  value: optional('string'),
  number: optional('number'),
  flag: optional('bool'),
  list: optional(['list', 'string']),
  labels: optional(['set', 'string']),
  tags: optional(['map', 'string']),
  shape: optional(['object', { width: 'number', title: 'string' }]),
  anything: optional('dynamic'),
  secret: { ...optional('string'), sensitive: true },
  write_only_version: optional('number'),
  source_file: optional('string'),
  output_bytes: optional('number'),
  defer: optional('bool'),
  ...FAULTS,
};

export const THING_OUTPUTS = {
  id: computed('string'),
  revision: computed('number'),
  value_length: computed('number'),
  secret_copy: { ...computed('string'), sensitive: true },
  written_sha256: computed('string'),
  source_sha256: computed('string'),
  output: computed('string'),
};

export const THING_BLOCKS = ['part', 'setting'] as const;

const thing = schema(
  {
    ...THING_INPUTS,
    write_only: { ...optional('string'), write_only: true },
    default: { type: 'string', use: 'optional computed' },
    ...THING_OUTPUTS,
  },
  1,
  [
    block('part', LIST, { name: required('string'), amount: optional('number') }),
    block('setting', SET, { key: required('string'), value: { ...optional('string'), sensitive: true } }),
  ],
);

const provider = schema({
  url: optional('string'),
  folder: optional('string'),
  token: { ...optional('string'), sensitive: true },
  ...FAULTS,
});

const dataSources: Record<string, Message> = {
  fixture_thing: schema({
    id: required('string'),
    name: computed('string'),
    value: computed('string'),
    ...FAULTS,
  }),
  fixture_file: schema({
    path: required('string'),
    content: required('string'),
    sha256: computed('string'),
    ...FAULTS,
  }),
  fixture_surroundings: schema({
    read: optional(['list', 'string']),
    write: optional(['list', 'string']),
    environment: computed(['map', 'string']),
    readable: computed(['map', 'string']),
    writable: computed(['map', 'bool']),
    program: computed('string'),
    processes: computed(['list', 'string']),
  }),
};

const ephemeralResources: Record<string, Message> = {
  fixture_token: schema({
    name: required('string'),
    renew_after_ms: optional('number'),
    token: { ...computed('string'), sensitive: true },
    ...FAULTS,
  }),
};

const functions: Record<string, Message> = {
  shout: { parameters: [{ name: 'text', type: toJson('string') }], return: { type: toJson('string') } },
  total: {
    variadic_parameter: { name: 'numbers', type: toJson('number') },
    return: { type: toJson('number') },
  },
  refuse: { parameters: [{ name: 'reason', type: toJson('string') }], return: { type: toJson('string') } },
};

const serverCapabilities = {
  plan_destroy: true,
  get_provider_schema_optional: true,
  move_resource_state: true,
};

/**
 * FIXTURE_EXTRA_TYPES and FIXTURE_EXTRA_ATTRIBUTES in the environment enlarge the schema to the size of a provider for
 * a whole cloud, since terraform asks for it before it reports anything about a configuration.
 */
export function describeSchema(environment: NodeJS.ProcessEnv): Message {
  const extraTypes = Number(environment['FIXTURE_EXTRA_TYPES'] ?? 0);
  const extraAttributes = Number(environment['FIXTURE_EXTRA_ATTRIBUTES'] ?? 20);
  const names = Array.from({ length: extraAttributes }, (_, index) => `attribute_${index}`);
  const extra = schema(Object.fromEntries(names.map((name) => [name, optional('string')])));
  const resources = Object.fromEntries(
    Array.from({ length: extraTypes }, (_, index) => [`fixture_extra_${index}`, extra]),
  );
  return {
    provider,
    provider_meta: schema({ module_name: optional('string') }),
    resource_schemas: { fixture_thing: thing, fixture_item: thing, ...resources },
    data_source_schemas: dataSources,
    ephemeral_resource_schemas: ephemeralResources,
    functions,
    server_capabilities: serverCapabilities,
  };
}

export function describeFunctions(): Message {
  return { functions };
}

export function describeMetadata(): Message {
  const typeNames = (names: string[]) => names.map((name) => ({ type_name: name }));
  return {
    server_capabilities: serverCapabilities,
    resources: typeNames(['fixture_thing', 'fixture_item']),
    data_sources: typeNames(Object.keys(dataSources)),
    ephemeral_resources: typeNames(Object.keys(ephemeralResources)),
    functions: Object.keys(functions).map((name) => ({ name })),
  };
}

function schema(attributes: Record<string, Attribute>, version = 0, blocks: Message[] = []): Message {
  return { version, block: { attributes: describeAttributes(attributes), block_types: blocks } };
}

function block(name: string, nesting: number, attributes: Record<string, Attribute>): Message {
  return { type_name: name, nesting, block: { attributes: describeAttributes(attributes) } };
}

function describeAttributes(attributes: Record<string, Attribute>): Message[] {
  return Object.entries(attributes).map(([name, { type, use, ...marks }]) => ({
    name,
    type: toJson(type),
    required: use === 'required',
    optional: use.startsWith('optional'),
    computed: use.endsWith('computed'),
    ...marks,
  }));
}

function toJson(type: Type): Buffer {
  return Buffer.from(JSON.stringify(type));
}
