import * as z from 'zod';

/** Which ids are accepted: those of the platform's form (16 letters and digits), or any single word (mcp §1.6). */
export const ID_CHECKS = ['strict', 'lenient'] as const;
export type IdCheck = (typeof ID_CHECKS)[number];

/** An id that cannot leave its place in a path, and needs no quotes. */
const AnyId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, {
  error: 'An id has letters, digits, dashes and underscores',
});

const lenient = new WeakMap<z.ZodType, z.ZodType>();

/** The schema with free ids, for servers whose ids differ from the platform's (`TFC_ID_CHECK=lenient`). */
export function takingAnyId<Schema extends z.ZodType>(schema: Schema, idCheck: IdCheck): Schema {
  if (idCheck === 'strict') return schema;
  let freed = lenient.get(schema);
  if (freed === undefined) {
    freed = withFreeIds(schema);
    lenient.set(schema, freed);
  }
  return freed as Schema;
}

function withFreeIds(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodString) return isId(schema) ? described(AnyId, schema) : schema;
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(
      Object.entries(schema.shape).map(([name, field]) => [name, withFreeIds(field as z.ZodType)]),
    );
    return described(schema.clone({ ...schema.def, shape }), schema);
  }
  if (schema instanceof z.ZodArray) {
    return described(
      schema.clone({ ...schema.def, element: withFreeIds(schema.element as z.ZodType) }),
      schema,
    );
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    const innerType = withFreeIds(schema.def.innerType as z.ZodType);
    return described(schema.clone({ ...schema.def, innerType } as never), schema);
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map((option) => withFreeIds(option as z.ZodType));
    return described(schema.clone({ ...schema.def, options } as never), schema);
  }
  if (schema instanceof z.ZodPipe) {
    return described(schema.clone({ ...schema.def, out: withFreeIds(schema.def.out as z.ZodType) }), schema);
  }
  return schema;
}

function described(made: z.ZodType, original: z.ZodType): z.ZodType {
  return original.description === undefined ? made : made.describe(original.description);
}

/** Patterns like `^run-[a-zA-Z0-9]{16}$`. */
function isId({ def }: z.ZodString): boolean {
  return (def.checks ?? []).some((check) => {
    const { pattern } = check._zod.def as { pattern?: RegExp };
    return pattern !== undefined && /^\^[a-z]+-\[a-zA-Z0-9\]/.test(pattern.source);
  });
}
