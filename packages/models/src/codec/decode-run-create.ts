import type { z } from 'zod';
import { kebabToSnake, snakeToKebab } from '../key-case.ts';
import type { RunCreateRequest } from '../requests.ts';
import { type RunParams, RunParamsShape, runParamsShape } from '../run-params.ts';
import { checkRunParams } from '../run-params-rules.ts';
import { runVariableSchema, VARIABLE_VALUE_MAX } from '../run-variable.ts';
import { describeUnknownField } from '../strict-fields.ts';

export interface DecodeOptions {
  /** REST ignores unknown attributes (api-contract §1.1); tools reject them. `ignore` by default. */
  unknownAttributes?: 'ignore' | 'reject';
  /**
   * True when a speculative configuration version may still make the run plan-only: the rule that `terraform-version`
   * needs `plan-only` is then left to the caller, with `checkRunParams`. False by default.
   */
  planOnlyByConfiguration?: boolean;
  /** The longest value of a variable, in characters; by default the specification's 256 (api-contract §0.5). */
  variableValueMax?: number;
}

/** One reason for a 422 answer: `title` and `detail` of the error, and the place in the document. */
export interface DecodeIssue {
  title: string;
  detail: string;
  pointer: string;
  /** The rule compares values or reads a grammar: a JSON Schema of the document cannot state it. */
  isBeyondForm?: true;
}

export type DecodedRunCreate =
  | { readonly ok: true; readonly request: RunCreateRequest & { params: RunParams } }
  | { readonly ok: false; readonly issues: DecodeIssue[] };

type Json = Readonly<Record<string, unknown>>;

const FIELDS: readonly string[] = RunParamsShape.keyof().options;
const ATTRIBUTES = FIELDS.map(snakeToKebab);
/** One shape for each limit in use: a server has one or two. */
const SHAPES = new Map([[VARIABLE_VALUE_MAX, RunParamsShape]]);

/** Reads the body of `POST /runs`, or lists everything that is wrong with it (api-contract §2.2). Never throws. */
export function decodeRunCreate(document: unknown, options: DecodeOptions = {}): DecodedRunCreate {
  if (!isObject(document) || !isObject(document['data']))
    return { ok: false, issues: [malformed('/data', 'an object')] };
  const { data } = document;
  if (data['type'] !== 'runs') return { ok: false, issues: [malformed('/data/type', '"runs"')] };

  const issues: DecodeIssue[] = [];
  const params = readParams(data['attributes'], options, issues);
  const relationships = isObject(data['relationships']) ? data['relationships'] : {};
  const workspaceId = readReference(relationships, 'workspace', 'workspaces', issues);
  const configurationId = readReference(
    relationships,
    'configuration-version',
    'configuration-versions',
    issues,
  );
  if (workspaceId === undefined)
    issues.push(invalid('/data/relationships/workspace', 'Workspace must be present'));
  if (issues.length > 0 || params === null || typeof workspaceId !== 'string') return { ok: false, issues };
  return {
    ok: true,
    request: {
      workspace_id: workspaceId,
      params,
      ...(typeof configurationId === 'string' && { configuration_version_id: configurationId }),
    },
  };
}

function readParams(attributes: unknown, options: DecodeOptions, issues: DecodeIssue[]): RunParams | null {
  if (attributes !== undefined && attributes !== null && !isObject(attributes)) {
    issues.push(malformed('/data/attributes', 'an object'));
    return null;
  }
  const rejectUnknown = options.unknownAttributes === 'reject';
  const fields = pickFields(attributes ?? {}, rejectUnknown, issues);
  const parsed = shapeFor(options.variableValueMax ?? VARIABLE_VALUE_MAX).safeParse(fields);
  if (!parsed.success) {
    issues.push(...parsed.error.issues.map(describeIssue));
    return null;
  }
  for (const { rule, path, message } of checkRunParams(parsed.data, snakeToKebab)) {
    const isDeferred = rule === 'terraform_version' && options.planOnlyByConfiguration === true;
    if (!isDeferred) issues.push({ ...invalid(attributePointer(path), message), isBeyondForm: true });
  }
  return parsed.data;
}

/** The attributes that are parameters, under their field names. Null counts as absent. */
function pickFields(
  attributes: Json,
  rejectUnknown: boolean,
  issues: DecodeIssue[],
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(attributes)) {
    const field = kebabToSnake(attribute);
    if (!FIELDS.includes(field)) {
      if (rejectUnknown) {
        const detail = describeUnknownField('a run', attribute, ATTRIBUTES);
        issues.push(invalid(attributePointer([attribute]), detail));
      }
    } else if (value !== null && (ATTRIBUTES.includes(attribute) || !Object.hasOwn(fields, field))) {
      fields[field] = field === 'variables' && !rejectUnknown ? withoutExtras(value) : value;
    }
  }
  return fields;
}

/** Variables with only their key and value. A value that is not a list of objects is left to the schema. */
function withoutExtras(variables: unknown): unknown {
  if (!Array.isArray(variables)) return variables;
  return variables.map((variable: unknown) =>
    isObject(variable) ? { key: variable['key'], value: variable['value'] } : variable,
  );
}

function shapeFor(variableValueMax: number): typeof RunParamsShape {
  const known = SHAPES.get(variableValueMax);
  if (known !== undefined) return known;
  const shape = runParamsShape(runVariableSchema(variableValueMax));
  SHAPES.set(variableValueMax, shape);
  return shape;
}

/** The id of a to-one relationship; undefined when there is none, null when it is wrong and reported as an issue. */
function readReference(
  relationships: Json,
  name: string,
  type: string,
  issues: DecodeIssue[],
): string | undefined | null {
  const pointer = `/data/relationships/${name}`;
  const relationship = relationships[name];
  const reference = isObject(relationship) ? relationship['data'] : relationship;
  if (reference === undefined || reference === null) return undefined;
  // Some clients write an empty id for no resource.
  if (isObject(reference) && reference['id'] === '') return undefined;
  if (!isObject(reference) || typeof reference['id'] !== 'string') {
    issues.push(invalid(`${pointer}/data`, `${name} must name a resource by its id and type`));
    return null;
  }
  if (reference['type'] !== undefined && reference['type'] !== type) {
    issues.push(invalid(`${pointer}/data/type`, `${name} must be of type "${type}"`));
    return null;
  }
  return reference['id'];
}

const NOUNS: Readonly<Record<string, string>> = {
  boolean: 'a boolean',
  string: 'a string',
  array: 'a list',
  object: 'an object',
};

function describeIssue(issue: z.core.$ZodIssue): DecodeIssue {
  const path = issue.path.filter((segment) => typeof segment !== 'symbol');
  const noun = issue.code === 'invalid_type' ? NOUNS[issue.expected] : undefined;
  const detail = noun === undefined ? issue.message : `${attributePath(path).join('/')} is not ${noun}`;
  const problem = invalid(attributePointer(path), detail);
  return issue.code === 'custom' ? { ...problem, isBeyondForm: true } : problem;
}

function attributePath(path: readonly (string | number)[]): string[] {
  return path.map((segment, depth) => (depth === 0 ? snakeToKebab(String(segment)) : String(segment)));
}

function attributePointer(path: readonly (string | number)[]): string {
  const segments = attributePath(path).map((segment) => segment.replaceAll('~', '~0').replaceAll('/', '~1'));
  return ['/data/attributes', ...segments].join('/');
}

function invalid(pointer: string, detail: string): DecodeIssue {
  return { title: 'invalid attribute', detail, pointer };
}

function malformed(pointer: string, wanted: string): DecodeIssue {
  return {
    title: 'unprocessable entity',
    detail: `The request body is malformed: ${pointer} is not ${wanted}`,
    pointer,
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
