import { ApiError } from '../api-error.ts';
import { readDocument, readList, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface StateVersionAttributes {
  readonly serial: number;
  readonly status: string;
  readonly size: number;
  readonly 'created-at': string;
  readonly 'terraform-version': string | null;
  /** A secret: whoever has it can read the state. */
  readonly 'hosted-state-download-url': string | null;
  readonly 'hosted-json-state-download-url'?: string | null;
}
export type StateVersion = Resource<StateVersionAttributes>;

export interface OutputAttributes {
  readonly name: string;
  readonly sensitive: boolean;
  readonly type: string;
  /** null when sensitive. */
  readonly value: unknown;
}
export type Output = Resource<OutputAttributes>;

/** `api-contract §5.7`. */
export function stateVersions(transport: Transport) {
  return {
    /** Throws `not_found` when the workspace has no state yet. */
    async current(workspaceId: string, options: CallOptions = {}): Promise<StateVersion> {
      const target = path`workspaces/${workspaceId}/current-state-version`;
      return readDocument<StateVersion>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },

    /** The outputs of a workspace's current state. Sensitive values are null. */
    async currentOutputs(workspaceId: string, options: CallOptions = {}): Promise<readonly Output[]> {
      const target = path`workspaces/${workspaceId}/current-state-version-outputs`;
      return readList<Output>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },

    /** All outputs of one state version, page after page. */
    async outputs(stateVersionId: string, options: CallOptions = {}): Promise<readonly Output[]> {
      const found: Output[] = [];
      let pageNumber: number | null = 1;
      while (pageNumber !== null) {
        const answer = await transport.call({
          method: 'GET',
          path: path`state-versions/${stateVersionId}/outputs`,
          query: { 'page[number]': pageNumber, 'page[size]': 100 },
          ...options,
        });
        const list = readList<Output>(answer);
        found.push(...list.data);
        pageNumber = list.data.length === 0 ? null : (list.meta?.pagination?.['next-page'] ?? null);
      }
      return found;
    },

    /** The raw state file, secrets included. */
    async download(version: StateVersion, options: CallOptions = {}): Promise<Uint8Array> {
      const url = version.attributes['hosted-state-download-url'];
      if (url === null || url === '') {
        throw new ApiError({
          code: 'not_found',
          status: 0,
          title: 'no state to download',
          detail: `${version.id} is ${version.attributes.status}`,
        });
      }
      return (await transport.transfer({ method: 'GET', url, ...options })).bytes;
    },
  };
}
