import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { takingAnyId, type IdCheck } from './lenient-ids.ts';
import { ToolOutput } from '../answer/result.ts';
import type { ApprovalMode } from '../safety/approval.ts';
import type { Tool } from './tool.ts';

type JsonObject = Record<string, unknown>;

/**
 * Publishes a schema and lets any arguments pass: the tools read them themselves, so that kebab-case keys work and
 * errors say what to do. The JSON form is made once and as short as possible, because every model reads all of them.
 */
function advertised(input: JsonObject): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'runwright',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => input, output: () => input },
    },
  };
}

const made = new Map<string, StandardSchemaWithJSON>();

/** The schema of a tool's arguments; where approval is required, with a confirmation token if the tool takes one. */
export function inputSchemaOf(tool: Tool, mode: ApprovalMode, idCheck: IdCheck): StandardSchemaWithJSON {
  const takesToken = tool.isConfirmable && mode === 'require';
  const key = `${tool.name} ${idCheck} ${String(takesToken)}`;
  let schema = made.get(key);
  if (schema === undefined) {
    const input = takingAnyId(tool.input, idCheck);
    const whole = compact(input['~standard'].jsonSchema.input({ target: 'draft-2020-12' })) as JsonObject;
    const json = tool.toolsets.includes('core') ? whole : brief(whole);
    schema = advertised(takesToken ? addToken(json) : json);
    made.set(key, schema);
  }
  return schema;
}

function addToken(json: JsonObject): JsonObject {
  const confirmation_token = {
    type: 'string',
    description: 'From preview_run_action, after the user agreed',
  };
  return { ...json, properties: { ...(json['properties'] as JsonObject), confirmation_token } };
}

/**
 * Leaves out parts that tell a model nothing: the dialect, the bounds of every integer, that names are texts, an
 * empty default, and the long form of "or null".
 */
function compact(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(compact);
  if (!isObject(schema)) return schema;
  const { anyOf, ...rest } = Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([key, value]) =>
          key !== '$schema' &&
          key !== 'propertyNames' &&
          !(key === 'default' && value === '') &&
          !(key === 'maximum' && value === Number.MAX_SAFE_INTEGER),
      )
      .map(([key, value]) => [key, compact(value)]),
  );
  if (anyOf === undefined) return rest;
  return { ...rest, ...(orNull(anyOf) ?? orBlank(anyOf) ?? { anyOf }) };
}

/** Bounds and forms: the answer to a wrong call explains them in words, and the name of an id tells its form. */
const FORMS = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']);
const PAGING = new Set(['page_number', 'page_size', 'skip']);

/**
 * The schema of a tool that only some models use: the answer to a wrong call explains the errors, and the
 * instructions explain the paging arguments. `params` stay closed: a misspelt name there would change nothing.
 */
function brief({ additionalProperties: _closed, ...schema }: JsonObject): JsonObject {
  return briefly(schema) as JsonObject;
}

function briefly(schema: unknown): unknown {
  if (!isObject(schema) || Array.isArray(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
      if (key === 'properties') return [[key, brieflyEach(value as JsonObject)]];
      const saysNothing = FORMS.has(key) || (key === 'default' && (value === false || isEmptyList(value)));
      return saysNothing ? [] : [[key, briefly(value)]];
    }),
  );
}

const brieflyEach = (properties: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      PAGING.has(name) ? { type: 'integer' } : briefly(value),
    ]),
  );

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** `[{ type: 'string', … }, { type: 'null' }]` as one schema; undefined for other choices. */
function orNull(choices: unknown): JsonObject | undefined {
  if (!Array.isArray(choices) || choices.length !== 2) return undefined;
  const [value, nothing] = choices as readonly JsonObject[];
  const isPlain = typeof value?.['type'] === 'string' && !('enum' in value) && !('const' in value);
  return isPlain && nothing?.['type'] === 'null' ? { ...value, type: [value['type'], 'null'] } : undefined;
}

/** `[{ const: '' }, { pattern: '^…$' }]` as one schema that accepts either. */
function orBlank(choices: unknown): JsonObject | undefined {
  if (!Array.isArray(choices) || choices.length !== 2) return undefined;
  const [blank, value] = choices as readonly JsonObject[];
  const pattern = value?.['pattern'];
  if (blank?.['const'] !== '' || typeof pattern !== 'string') return undefined;
  return { ...value, pattern: `^(?:${pattern.slice(1, -1)})?$` };
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

/**
 * Every tool answers an object whose members the instructions name: each tool repeats this schema, and every model
 * reads all of them. Open, because servers add members (mcp §3.3).
 */
const OUTPUT: JsonObject = { type: 'object' };

/** {@link OUTPUT} for clients; answers are checked against the fuller schema. */
export const OUTPUT_SCHEMA: StandardSchemaWithJSON = {
  '~standard': {
    version: 1,
    vendor: 'runwright',
    validate: ToolOutput['~standard'].validate,
    jsonSchema: { input: () => OUTPUT, output: () => OUTPUT },
  },
};
