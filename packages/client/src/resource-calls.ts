import { everyItem } from './every-item.ts';
import {
  itemsOf,
  readDocument,
  readList,
  type Document,
  type ListDocument,
  type Resource,
  type ResourceIdentifier,
} from './json-api.ts';
import { pageQuery, type PageRequest, type Query } from './query.ts';
import type { CallOptions, Transport } from './transport.ts';

export interface ReadOptions extends CallOptions {
  /** Names of related resources to include, in snake_case. */
  readonly include?: readonly string[] | undefined;
}

export interface ListOptions extends ReadOptions, PageRequest {
  /** A name, with a minus in front for the reverse order. */
  readonly sort?: string | undefined;
}

type Related = ResourceIdentifier | readonly object[] | null;

/** A resource to send. undefined attributes and relationships are not sent, and so not changed. */
export interface ResourceInput {
  readonly type: string;
  readonly id?: string;
  readonly attributes?: object;
  readonly relationships?: Readonly<Record<string, Related | undefined>>;
}

/** The ids of one kind, in the form for relationships. */
export function identifiers(type: string, ids: readonly string[]): ResourceIdentifier[] {
  return ids.map((id) => ({ type, id }));
}

export type ResourceCalls = ReturnType<typeof resourceCalls>;

/** The calls by which every resource of the API is read and changed. */
export function resourceCalls(transport: Transport) {
  async function list<R extends Resource<unknown>>(
    path: string,
    options: ListOptions = {},
    filters: Query = {},
  ): Promise<ListDocument<R>> {
    const { include, sort, signal } = options;
    const query = { ...pageQuery(options), ...filters, sort, include };
    return readList<R>(await transport.call({ method: 'GET', path, query, signal }));
  }

  async function send<R extends Resource<unknown>>(
    method: 'POST' | 'PATCH',
    path: string,
    input: ResourceInput,
    { signal }: CallOptions = {},
  ): Promise<R> {
    const answer = await transport.call({ method, path, body: { data: encode(input) }, signal });
    return readDocument<R>(answer).data;
  }

  return {
    async document<R extends Resource<unknown>>(
      path: string,
      { include, signal }: ReadOptions = {},
      query: Query = {},
    ): Promise<Document<R>> {
      return readDocument<R>(
        await transport.call({ method: 'GET', path, query: { ...query, include }, signal }),
      );
    },

    async read<R extends Resource<unknown>>(path: string, options?: ReadOptions): Promise<R> {
      return (await this.document<R>(path, options)).data;
    },

    list,

    /** Every item, page after page. */
    each: <R extends Resource<unknown>>(
      path: string,
      options: Omit<ListOptions, 'pageNumber'> = {},
      filters: Query = {},
    ): AsyncGenerator<R, void, undefined> =>
      everyItem(async (pageNumber) =>
        itemsOf(await list<R>(path, { pageSize: 100, ...options, pageNumber }, filters)),
      ),

    create: <R extends Resource<unknown>>(path: string, input: ResourceInput, options?: CallOptions) =>
      send<R>('POST', path, input, options),

    update: <R extends Resource<unknown>>(path: string, input: ResourceInput, options?: CallOptions) =>
      send<R>('PATCH', path, input, options),

    async remove(path: string, { signal }: CallOptions = {}): Promise<void> {
      await transport.call({ method: 'DELETE', path, signal });
    },

    /** A change without content in its answer: an action, or a relationship. */
    async act(
      method: 'POST' | 'PATCH' | 'DELETE',
      path: string,
      body: unknown,
      { signal }: CallOptions = {},
    ): Promise<void> {
      await transport.call({ method, path, ...(body === undefined ? {} : { body }), signal });
    },

    /** A change that answers with the changed resource. */
    async actOn<R extends Resource<unknown>>(
      path: string,
      body: unknown,
      { signal }: CallOptions = {},
    ): Promise<R> {
      const answer = await transport.call({
        method: 'POST',
        path,
        ...(body === undefined ? {} : { body }),
        signal,
      });
      return readDocument<R>(answer).data;
    },
  };
}

function encode({ type, id, attributes, relationships }: ResourceInput): object {
  const related = Object.entries(relationships ?? {}).filter(([, data]) => data !== undefined);
  return {
    type,
    ...(id === undefined ? {} : { id }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(related.length === 0
      ? {}
      : { relationships: Object.fromEntries(related.map(([name, data]) => [name, { data }])) }),
  };
}
