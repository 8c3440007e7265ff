import { relatedId, type Resource, type Run } from '@runwright/client';
import type { Detail } from './settings.ts';
import { DROPPED } from './shown-attributes.ts';
import { harmlessText } from './untrusted-text.ts';

const MESSAGE_LENGTH = 2_000;

/**
 * A resource as a model may see it: the specification's JSON:API shape without links. Addresses that are credentials and
 * sensitive values are taken out of everything at the end (`safety/showable.ts`).
 */
export function resourceData(
  resource: Resource<unknown>,
  detail: Detail = 'concise',
): Record<string, unknown> {
  const { id, type, attributes, relationships } = resource;
  return {
    id,
    type,
    attributes: shorten(attributes, detail === 'full' ? [] : (DROPPED[type] ?? []), MESSAGE_LENGTH),
    ...(relationships === undefined ? {} : { relationships: relatedIds(relationships) }),
  };
}

/** What a list shows of a run: the attributes of the specification's sample and the way to more. */
const LISTED_OF_RUN = [
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
  const attributes = LISTED_OF_RUN.flatMap((name) =>
    name in run.attributes ? [[name, run.attributes[name]]] : [],
  );
  const related = { plan: relatedId(run, 'plan'), workspace: relatedId(run, 'workspace') };
  return {
    id: run.id,
    type: run.type,
    attributes: shorten(Object.fromEntries(attributes), [], LISTED_MESSAGE_LENGTH),
    relationships: Object.fromEntries(
      Object.entries(related)
        .filter(([, target]) => target !== undefined)
        .map(([name, target]) => [name, { data: { id: target, type: `${name}s` } }]),
    ),
  };
}

function shorten(attributes: unknown, dropped: readonly string[], messageLength: number): unknown {
  if (typeof attributes !== 'object' || attributes === null) return attributes;
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => name !== 'links' && !dropped.includes(name))
      .map(([name, value]: [string, unknown]) => [
        name,
        name === 'message' && typeof value === 'string' ? harmlessText(value, messageLength) : value,
      ]),
  );
}

/** Relationships that only have links say nothing without them. */
function relatedIds(relationships: NonNullable<Resource['relationships']>): Record<string, unknown> {
  const named = Object.entries(relationships).filter(([, { data }]) => data !== undefined);
  return Object.fromEntries(named.map(([name, { data }]) => [name, { data }]));
}
