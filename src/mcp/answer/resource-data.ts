import { relatedId, type Resource, type Run } from '@runwright/client';
import { DROPPED, DROPPED_RELATED } from './shown-attributes.ts';
import { harmlessText } from '../text/untrusted-text.ts';

/** How much of a resource is shown: the attributes that matter, or all. */
export type Detail = 'concise' | 'full';

const MESSAGE_LENGTH = 2_000;

/**
 * A resource as a model may see it: the specification's JSON:API shape without links. `showable.ts` finally removes
 * credential addresses and sensitive values from every answer.
 */
export function resourceData(
  resource: Resource<unknown>,
  detail: Detail = 'concise',
): Record<string, unknown> {
  const { id, type, attributes, relationships } = resource;
  if (detail === 'full') return wholeResource(resource);
  return {
    id,
    type,
    attributes: withoutBlanks(type, shorten(attributes, DROPPED[type] ?? [], MESSAGE_LENGTH)),
    ...(relationships === undefined
      ? {}
      : { relationships: relatedIds(relationships, DROPPED_RELATED[type]) }),
  };
}

/** All that the server sent, except links that give access by themselves: signed ones, and those to other hosts. */
function wholeResource({
  id,
  type,
  attributes,
  relationships,
  links,
}: Resource<unknown>): Record<string, unknown> {
  const ownLinks = (value: unknown): unknown =>
    Object.fromEntries(
      Object.entries((value ?? {}) as Record<string, unknown>).filter(
        ([, link]) => typeof link === 'string' && /^\/api\/v2\/[\w./-]*$/.test(link),
      ),
    );
  return {
    id,
    type,
    attributes: shorten(attributes, [], MESSAGE_LENGTH),
    ...(relationships === undefined
      ? {}
      : {
          relationships: Object.fromEntries(
            Object.entries(relationships).map(([name, related]) => [
              name,
              'links' in related ? { ...related, links: ownLinks(related.links) } : related,
            ]),
          ),
        }),
    ...(links === undefined ? {} : { links: ownLinks(links) }),
  };
}

/** The parts of a run in a list: the attributes of the specification's sample and the ids for further calls. */
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
const TYPES: Readonly<Record<string, string>> = {
  plan: 'plans',
  apply: 'applies',
  workspace: 'workspaces',
};

/** A run as a row of a list: a page of whole runs would fill a model's context. */
export const runListItem = (run: Run): Record<string, unknown> =>
  runWith(run, LISTED_OF_RUN, ['plan', 'workspace'], LISTED_MESSAGE_LENGTH);

/** A run for a reader who follows it, and has asked for it before. */
export const runBrief = (run: Run): Record<string, unknown> =>
  runWith(
    run,
    [...LISTED_OF_RUN, 'auto-apply', 'target-addrs', 'replace-addrs', 'variables'],
    ['workspace', 'plan', 'apply'],
    MESSAGE_LENGTH,
  );

function runWith(
  run: Run,
  names: readonly string[],
  relations: readonly string[],
  messageLength: number,
): Record<string, unknown> {
  const all = run.attributes as Readonly<Record<string, unknown>>;
  const attributes = names.flatMap((name) => (name in all ? [[name, all[name]]] : []));
  const related = Object.fromEntries(relations.map((name) => [name, relatedId(run, name)]));
  return {
    id: run.id,
    type: run.type,
    attributes: withoutBlanks(run.type, shorten(Object.fromEntries(attributes), [], messageLength)),
    relationships: Object.fromEntries(
      Object.entries(related)
        .filter(([, target]) => target !== undefined)
        .map(([name, target]) => [name, { data: { id: target, type: TYPES[name] } }]),
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

/** Leaves out unset settings where a resource has dozens of them. */
function withoutBlanks(type: string, attributes: unknown): unknown {
  if (!(type in DROPPED_RELATED) || typeof attributes !== 'object' || attributes === null) return attributes;
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]: [string, unknown]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** Leaves out relationships that have only links, or no target. */
function relatedIds(
  relationships: NonNullable<Resource['relationships']>,
  dropped: readonly string[] = [],
): Record<string, unknown> {
  const named = Object.entries(relationships).filter(
    ([name, { data }]) =>
      data !== undefined &&
      data !== null &&
      !dropped.includes(name) &&
      !(Array.isArray(data) && data.length === 0),
  );
  return Object.fromEntries(named.map(([name, { data }]) => [name, { data }]));
}
