/**
 * The parts with which each folder declares its documents, next to the code that makes them. The test-suite compares
 * every answer: a member that is missing, of another type, or not declared, fails the test that met it.
 */
import * as z from 'zod';
import { singularName } from './names.ts';

/** Top-level `…-at` attributes: milliseconds and Z (api-contract §1.1). */
export const Timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' });

/** `status-timestamps`: the reached statuses, in whole seconds and with a numeric offset (api-contract §1.1). */
export const StatusTimestamps = z.record(
  z.string().regex(/-at$/),
  z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
);

/** `can-…` words: the caller's rights. */
export const Permissions = z.record(z.string().regex(/^can-/), z.boolean());

const links = z.record(z.string(), z.string().nullable());

const identifier = (types: readonly string[]) => z.object({ id: z.string(), type: z.enum(types) });

/** A relationship to one resource of one of the types, or to none. */
export const toOne = (...types: string[]) =>
  z.object({ data: identifier(types).nullable(), links: links.optional() });

export const toMany = (...types: string[]) =>
  z.object({ data: z.array(identifier(types)), links: links.optional() });

/** A relationship that is only a link. */
export const linkOnly = z.object({ links });

/** The member itself may be missing when there may be no relationships. */
const relationshipsOf = (relationships: z.ZodRawShape) => {
  const all = z.object(relationships);
  return all.safeParse({}).success ? all.optional() : all;
};

/**
 * A resource: the declared attributes and relationships are complete, and always present unless declared optional.
 * Declare each type of resource once.
 */
export const resource = <Attributes extends z.ZodRawShape, Relationships extends z.ZodRawShape>(
  type: string,
  attributes: Attributes,
  relationships?: Relationships,
) =>
  z
    .object({
      id: z.string(),
      type: z.literal(type),
      attributes: z.object(attributes),
      ...(relationships === undefined ? {} : { relationships: relationshipsOf(relationships) }),
      links: links.optional(),
    })
    .meta({ id: singularName(type) });

const AnyResource = z
  .looseObject({ id: z.string(), type: z.string(), attributes: z.record(z.string(), z.unknown()) })
  .meta({ id: 'AnyResource', description: 'A resource of any type, which `include` asked for.' });
/** The member that holds what `include` asked for. */
export const included = z.array(AnyResource).optional();

/** The name of a document, when its resource has one: documentation shows it once. */
const named = <Schema extends z.ZodType>(document: Schema, held: z.ZodType, kind: string): Schema => {
  const id = held.meta()?.id;
  return id === undefined ? document : document.meta({ id: `${id}${kind}` });
};

/** `{"data": …}`: one resource. */
export const documentOf = (schema: z.ZodType) =>
  named(z.object({ data: schema, included }), schema, 'Document');

/** `{"data": […]}`: all resources, without pages. */
export const listOf = (schema: z.ZodType) =>
  named(z.object({ data: z.array(schema), included }), schema, 'List');

const page = z.int().min(1);

/** `{"data": […]}` with the links and numbers of `paginate` (api-contract §1.4). */
export const pagedListOf = (schema: z.ZodType) =>
  named(z.object({ data: z.array(schema), included, links: PageLinks, meta: PageMeta }), schema, 'Page');

const PageLinks = z
  .object({
    self: z.string(),
    first: z.string(),
    prev: z.string().nullable(),
    next: z.string().nullable(),
    last: z.string(),
  })
  .meta({ id: 'PageLinks' });
const PageMeta = z
  .object({
    pagination: z.object({
      'current-page': page,
      'page-size': page,
      'prev-page': page.nullable(),
      'next-page': page.nullable(),
      'total-pages': page,
      'total-count': z.int().min(0),
    }),
  })
  .meta({ id: 'PageMeta' });

/** `{"data": […]}` with the links and numbers of `paginateWithoutTotals`. */
export const uncountedListOf = (schema: z.ZodType) =>
  named(
    z.object({
      data: z.array(schema),
      included,
      links: z.object({ self: z.string(), prev: z.string().nullable(), next: z.string().nullable() }),
      meta: z.object({
        pagination: z.object({
          'current-page': page,
          'page-size': page,
          'prev-page': page.nullable(),
          'next-page': page.nullable(),
        }),
      }),
    }),
    schema,
    'UncountedPage',
  );
