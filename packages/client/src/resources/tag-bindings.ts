import type { Resource } from '../json-api.ts';
import type { ListOptions, ResourceCalls } from '../resource-calls.ts';
import { readList } from '../json-api.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface TagBindingFields {
  readonly key: string;
  readonly value?: string | null;
}
export type TagBinding = Resource<TagBindingFields>;

/** Key-value tags of a project or workspace: `one` makes its path. */
export function tagBindings(transport: Transport, calls: ResourceCalls, one: (id: string) => string) {
  return {
    tagBindings: (id: string, options?: ListOptions) =>
      calls.list<TagBinding>(`${one(id)}/tag-bindings`, options),
    /** All bindings, including inherited ones. */
    effectiveTagBindings: (id: string, options?: CallOptions) =>
      calls.list<TagBinding>(`${one(id)}/effective-tag-bindings`, options),
    /** Adds and replaces; other keys stay. */
    setTagBindings: async (id: string, bindings: readonly TagBindingFields[], options: CallOptions = {}) =>
      readList<TagBinding>(
        await transport.call({
          method: 'PATCH',
          path: `${one(id)}/tag-bindings`,
          body: { data: bindings.map((attributes) => ({ type: 'tag-bindings', attributes })) },
          ...options,
        }),
      ),
    /** Removes by key; inherited bindings stay. */
    removeTagBindings: (id: string, keys: readonly string[], options?: CallOptions) =>
      calls.act(
        'DELETE',
        `${one(id)}/relationships/tag-bindings`,
        { data: keys.map((key) => ({ type: 'tag-bindings', attributes: { key } })) },
        options,
      ),
  };
}
