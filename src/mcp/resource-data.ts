import { relatedId, type Resource, type Run } from '@runwright/client';
import { harmlessText } from './untrusted-text.ts';

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

/** What a list shows of a run: the attributes of the specification's sample and the way to more. */
const LISTED = [
  'status',
  'message',
  'has-changes',
  'created-at',
  'is-destroy',
  'plan-only',
  'source',
] as const;
const LISTED_MESSAGE_LENGTH = 120;

/** A run as a row of a list: a page of whole runs would fill a model's window. */
export function runListItem(run: Run): Record<string, unknown> {
  const attributes = LISTED.flatMap((name) => (name in run.attributes ? [[name, run.attributes[name]]] : []));
  const planId = relatedId(run, 'plan');
  return {
    id: run.id,
    type: run.type,
    attributes: withoutCapabilities(Object.fromEntries(attributes), LISTED_MESSAGE_LENGTH),
    ...(planId === undefined ? {} : { relationships: { plan: { data: { id: planId, type: 'plans' } } } }),
  };
}

const MESSAGE_LENGTH = 2_000;
const CAPABILITY = /(^log-read|^hosted-.*|^upload|-upload|-download)-url$/;

function withoutCapabilities(value: unknown, messageLength = MESSAGE_LENGTH): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutCapabilities(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'links' && !CAPABILITY.test(key));
  return Object.fromEntries(
    kept.map(([key, inner]: [string, unknown]) => [
      key,
      key === 'message' && typeof inner === 'string'
        ? harmlessText(inner, messageLength)
        : withoutCapabilities(inner),
    ]),
  );
}

/** Relationships that only have links say nothing without them. */
function relatedIds(relationships: NonNullable<Resource['relationships']>): Record<string, unknown> {
  const named = Object.entries(relationships).filter(([, { data }]) => data !== undefined);
  return Object.fromEntries(named.map(([name, { data }]) => [name, { data }]));
}
