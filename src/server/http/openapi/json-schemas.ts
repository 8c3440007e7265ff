import * as z from 'zod';
import { DOCUMENTED } from '../list-query.ts';

export type JsonSchema = Record<string, unknown>;

export interface SchemaCollection {
  /**
   * The JSON Schema of the input; schemas that have an id (`meta({ id })`) become references.
   *
   * @param name a name for the whole schema when it has none
   */
  convert(schema: z.ZodType, name?: string): JsonSchema;
  /** Schemas that have an id, by that id. */
  readonly components: Record<string, JsonSchema>;
}

/** @throws when two different schemas have the same id */
export function collectSchemas(): SchemaCollection {
  const components: Record<string, JsonSchema> = {};
  const keep = (id: string, definition: JsonSchema): void => {
    if (components[id] !== undefined && JSON.stringify(components[id]) !== JSON.stringify(definition)) {
      throw new Error(`two schemas have the id ${id}: declare each type of resource once`);
    }
    components[id] = definition;
  };
  return {
    components,
    convert(schema, name) {
      const { $defs, ...converted } = toJson(schema);
      for (const [id, definition] of Object.entries($defs ?? {})) keep(id, definition as JsonSchema);
      // A schema with an id is a reference already.
      if (name === undefined || converted['$ref'] !== undefined) return converted;
      keep(name, converted);
      return { $ref: `#/components/schemas/${name}` };
    },
  };
}

/**
 * Default values are described in words: clients that are generated from a `default` ask for the value as if it were
 * required, or always send it.
 */
function sayDefault(schema: JsonSchema): void {
  if (schema['default'] === undefined) return;
  const { default: value, description } = schema;
  const words = `Left out: ${JSON.stringify(value)}`;
  schema['description'] = typeof description === 'string' ? `${description}. ${words}` : words;
  delete schema['default'];
}

/** Rules that a JSON Schema cannot state are described in the words of their refusals. */
function sayRules(zodSchema: z.core.$ZodType, schema: JsonSchema): void {
  const rules = (zodSchema._zod.def.checks ?? []).map(({ _zod: { def } }) =>
    def.check === 'custom' && !isDocumented(def) ? def.error?.({} as never) : undefined,
  );
  const words = rules.filter((rule) => typeof rule === 'string');
  if (words.length === 0) return;
  const { description } = schema;
  const sentences = [...(typeof description === 'string' ? [description] : []), ...words.map(capitalized)];
  schema['description'] = sentences.map((sentence) => sentence.replace(/\.$/, '')).join('. ');
}

const isDocumented = (def: object): boolean => 'params' in def && def.params === DOCUMENTED;

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function toJson(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...converted } = z.toJSONSchema(schema, {
    // The input form, before any transform. Answers are open: a client must ignore members it does not know.
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.id;
      sayRules(zodSchema, jsonSchema);
      sayDefault(jsonSchema);
      delete jsonSchema['effect'];
      // Bounds that every whole number has in JavaScript carry no information.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return JSON.parse(
    JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema;
}
