import type { Resource } from '@runwright/client';

/**
 * A resource as a model may see it: the specification's JSON:API shape, without links and without addresses that are
 * credentials of their own (`log-read-url`, `upload-url`, `hosted-…-url`; mcp §1.3).
 */
export function resourceData(resource: Resource<unknown>): Record<string, unknown> {
  const { id, type, attributes, relationships } = resource;
  return {
    id,
    type,
    attributes: withoutCapabilities(attributes),
    ...(relationships === undefined ? {} : { relationships: relatedIds(relationships) }),
  };
}

const CAPABILITY = /(^log-read|^hosted-.*|^upload|-upload|-download)-url$/;

function withoutCapabilities(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCapabilities);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'links' && !CAPABILITY.test(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutCapabilities(inner)]));
}

/** Relationships that only have links say nothing without them. */
function relatedIds(relationships: NonNullable<Resource['relationships']>): Record<string, unknown> {
  const named = Object.entries(relationships).filter(([, { data }]) => data !== undefined);
  return Object.fromEntries(named.map(([name, { data }]) => [name, { data }]));
}
