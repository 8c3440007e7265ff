import * as z from 'zod';

/** Top-level `…-at` attributes: milliseconds and Z (api-contract §1.1). */
export const timestamp = (date: Date): string => date.toISOString();
export const timestampOrNull = (date: Date | null): string | null =>
  date === null ? null : date.toISOString();

/** Values inside `status-timestamps`: whole seconds and a numeric offset (api-contract §1.1). */
export const statusTimestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, '+00:00');

/** A time in a request. The database holds none before the year 1, and JavaScript writes a fifth digit after 9999. */
export const Moment = z.iso
  .datetime({ offset: true, error: 'must be a time like 2027-01-31T12:00:00Z' })
  .refine(isStorableTime, 'must be in the years 1 to 9999');

function isStorableTime(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

export interface Reference {
  id: string;
  type: string;
}

export const reference = (type: string, id: string): { data: Reference } => ({ data: { id, type } });
export const referenceOrNull = (type: string, id: string | null): { data: Reference | null } => ({
  data: id === null ? null : { id, type },
});

/**
 * A request document `{"data": {"attributes": …, "relationships": …}}`. Its `type` and `id` are checked apart
 * (identity-check.ts). Unknown members are ignored (api-contract §1.1).
 */
export function document<Attributes extends z.ZodType, Relationships extends z.ZodType>(
  attributes: Attributes,
  relationships: Relationships,
) {
  return z.object(
    {
      data: z.object({ attributes, relationships }, { error: 'must be an object with attributes' }),
    },
    { error: 'The body must be a JSON document with a "data" member.' },
  );
}

/** The attributes of a change: without any, nothing changes. */
export const attributesOfChange = <Attributes extends z.ZodObject>(attributes: Attributes) =>
  attributes.nullish().transform((given) => given ?? attributes.parse({}));

/** For documents whose relationships, if any, do not matter. */
export const NoRelationships = z.record(z.string(), z.unknown()).nullish();

/** `{"data": {"id": "…"}}`; an explicit null means absent (api-contract §7.25). */
export const relationship = z
  .object({
    data: z
      .object({ id: z.string() })
      .nullish()
      // Some clients write an empty id for no resource.
      .transform((data) => (data?.id === '' ? null : data)),
  })
  .nullish();

/** A relationship that must name a resource, as documentation shows it: a missing one gets its own sentence. */
export const namedResource = z.object({
  data: z.object({ type: z.string().optional(), id: z.string().min(1) }),
});

/** An attribute that holds an id: some clients write `""` for none, others null. */
export const OptionalId = z
  .string()
  .transform((id) => (id === '' ? null : id))
  .nullish();

/** An id or a name in a path: any text; one that does not exist is answered 404. */
export const IdParams = z.object({ id: z.string() });

/** `include=a,b.c`, hyphens and underscores alike (api-contract §1.5). */
export function parseInclude(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(',')
    .map((word) => word.trim().replaceAll('-', '_'))
    .filter((word) => word !== '');
}
