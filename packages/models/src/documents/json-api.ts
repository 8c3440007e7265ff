import * as z from 'zod';

/**
 * Shapes shared by all documents. Every object is open: attributes, relationships and links that are not listed here
 * pass through, since servers add new ones (api-contract §1).
 */
export const Links = z.record(z.string(), z.unknown());
export type Links = z.infer<typeof Links>;

/** A reference to a resource: `{ id, type }`. */
export const ResourceIdentifier = z.looseObject({ id: z.string(), type: z.string() });
export type ResourceIdentifier = z.infer<typeof ResourceIdentifier>;

export const ToOne = z.looseObject({ data: ResourceIdentifier.nullish(), links: Links.optional() });
export type ToOne = z.infer<typeof ToOne>;

export const ToMany = z.looseObject({ data: z.array(ResourceIdentifier).nullish(), links: Links.optional() });
export type ToMany = z.infer<typeof ToMany>;

/** A resource of any type, as found in `included`. */
export const AnyResource = z.looseObject({
  id: z.string(),
  type: z.string(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  relationships: z.record(z.string(), z.unknown()).optional(),
  links: Links.optional(),
});
export type AnyResource = z.infer<typeof AnyResource>;

/** `meta.pagination`. Lists of an organization's runs have no totals (api-contract §1.4). */
export const Pagination = z.looseObject({
  'current-page': z.int(),
  'page-size': z.int().optional(),
  'prev-page': z.int().nullish(),
  'next-page': z.int().nullish(),
  'total-pages': z.int().nullish(),
  'total-count': z.int().nullish(),
});
export type Pagination = z.infer<typeof Pagination>;

/** A time on the wire: `2021-05-24T07:38:04.171Z`, or `…+00:00` inside `status-timestamps` (api-contract §1.1). */
export const Timestamp = z.string();

/** The time of each status, by the keys of `statusTimestampKey`; some servers send null for a status not reached. */
export const StatusTimestamps = z.record(z.string(), Timestamp.nullable());
export type StatusTimestamps = z.infer<typeof StatusTimestamps>;

/** `permissions`: what the caller may do. Known ones are booleans; others pass through. */
export const Permissions = z.record(z.string(), z.unknown());
export type Permissions = z.infer<typeof Permissions>;
