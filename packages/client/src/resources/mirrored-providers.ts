import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { SearchOptions } from './registry.ts';

export interface MirroredProviderAttributes {
  /** `registry.terraform.io/hashicorp/aws`. */
  readonly address: string;
  readonly version: string;
  /** `linux_amd64`. */
  readonly platform: string;
  readonly 'size-bytes'?: number;
  /** In the form of lock files. */
  readonly hashes?: readonly string[];
}
export type MirroredProvider = Resource<MirroredProviderAttributes>;

/** One archive of a provider of another registry. */
export interface MirroredProviderName {
  readonly host: string;
  readonly namespace: string;
  readonly type: string;
  readonly version: string;
  readonly platform: string;
}

export interface MirrorUploadOptions extends CallOptions {
  /** The archive must have one of these hashes, else it is refused. */
  readonly hashes?: readonly string[];
}

/** Providers of other registries that an organization keeps for its runs. */
export function mirroredProviders(transport: Transport) {
  const calls = resourceCalls(transport);
  const all = (organization: string) => path`organizations/${organization}/mirrored-providers`;
  return {
    list: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.list<MirroredProvider>(all(organization), options, { q }),
    each: (organization: string, { q, ...options }: SearchOptions = {}) =>
      calls.each<MirroredProvider>(all(organization), options, { q }),
    read: (id: string, options?: CallOptions) =>
      calls.read<MirroredProvider>(path`mirrored-providers/${id}`, options),
    delete: (id: string, options?: CallOptions) => calls.remove(path`mirrored-providers/${id}`, options),

    /** Stores the archive (zip); a repeated upload changes nothing. */
    async upload(
      organization: string,
      { host, namespace, type, version, platform }: MirroredProviderName,
      archive: Uint8Array,
      { hashes, signal }: MirrorUploadOptions = {},
    ): Promise<MirroredProvider> {
      const answer = await transport.call({
        method: 'PUT',
        path: `${all(organization)}${path`/${host}/${namespace}/${type}/${version}/${platform}`}`,
        query: { hashes: hashes?.join(',') },
        bytes: archive,
        signal,
      });
      return readDocument<MirroredProvider>(answer).data;
    },
  };
}
