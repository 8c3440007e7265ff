import { parseExactJson } from '@runwright/models';
import { ApiError } from './api-error.ts';
import type { Answer } from './answer.ts';
import type { ItemPage } from './every-item.ts';

export interface ResourceIdentifier {
  readonly type: string;
  readonly id: string;
}

export interface Relationship {
  readonly data?: ResourceIdentifier | readonly ResourceIdentifier[] | null;
  readonly links?: Readonly<Record<string, unknown>>;
}

/**
 * A JSON:API resource. Attributes have the types of docs/contract/api-contract.md and are passed on whole and
 * unchecked: other servers may leave some out or add their own, and all their words are accepted.
 */
export interface Resource<Attributes = Readonly<Record<string, unknown>>> {
  readonly id: string;
  readonly type: string;
  readonly attributes: Attributes;
  readonly relationships?: Readonly<Record<string, Relationship>>;
  readonly links?: Readonly<Record<string, unknown>>;
}

export interface Document<R> {
  readonly data: R;
  readonly included?: readonly Resource[];
}

/** `total-pages` and `total-count` are absent in lists of an organization's runs (`api-contract §1.4`). */
export interface Pagination {
  readonly 'current-page': number;
  readonly 'page-size': number;
  readonly 'prev-page': number | null;
  readonly 'next-page': number | null;
  readonly 'total-pages'?: number;
  readonly 'total-count'?: number;
}

export interface ListDocument<R> {
  readonly data: readonly R[];
  readonly included?: readonly Resource[];
  readonly meta?: { readonly pagination?: Pagination } & Readonly<Record<string, unknown>>;
}

/** A page of a list for `everyItem`. */
export const itemsOf = <R>({ data, meta }: ListDocument<R>): ItemPage<R> => ({
  items: data,
  nextPage: meta?.pagination?.['next-page'],
});

/** The id of a to-one relationship, or undefined. */
export function relatedId(resource: Resource<unknown>, name: string): string | undefined {
  const data = resource.relationships?.[name]?.data;
  return data !== undefined && data !== null && 'id' in data ? data.id : undefined;
}

/** The ids in a to-many relationship; none where it is absent. */
export function relatedIds(resource: Resource<unknown>, name: string): readonly string[] {
  const data: unknown = resource.relationships?.[name]?.data;
  return Array.isArray(data) ? (data as ResourceIdentifier[]).map(({ id }) => id) : [];
}

/** The included resource that a to-one relationship points to, or undefined. */
export function includedOf(document: Document<Resource<unknown>>, name: string): Resource | undefined {
  const id = relatedId(document.data, name);
  return id === undefined ? undefined : document.included?.find((resource) => resource.id === id);
}

export function readDocument<R extends Resource<unknown>>(answer: Answer): Document<R> {
  const body = readJson(answer);
  if (!isObject(body) || !isResource(body['data'])) throw notJsonApi(answer, 'a resource');
  return { ...body, data: withAttributes(body['data']) } as unknown as Document<R>;
}

export function readList<R extends Resource<unknown>>(answer: Answer): ListDocument<R> {
  const body = readJson(answer);
  if (!isObject(body) || !Array.isArray(body['data']) || !body['data'].every(isResource)) {
    throw notJsonApi(answer, 'a list of resources');
  }
  return { ...body, data: body['data'].map(withAttributes) } as unknown as ListDocument<R>;
}

/** Numbers that JavaScript cannot hold become `ExactNumber`s. Throws an `upstream_error` for other texts than JSON. */
export function readJson(answer: Answer): unknown {
  try {
    return parseExactJson(new TextDecoder().decode(answer.bytes));
  } catch {
    throw notJsonApi(answer, 'JSON');
  }
}

function notJsonApi(answer: Answer, expected: string): ApiError {
  return new ApiError({
    code: 'upstream_error',
    status: answer.status,
    title: 'unexpected answer',
    detail: `expected ${expected}; is this the address of a Terraform run API?`,
    mayHaveHappened: answer.method !== 'GET',
  });
}

function isResource(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['type'] === 'string' &&
    (value['attributes'] === undefined || isObject(value['attributes']))
  );
}

/** JSON:API lets a resource omit its attributes; this adds empty ones. */
function withAttributes(resource: unknown): unknown {
  return isObject(resource) ? { attributes: {}, ...resource } : resource;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
