import { ApiError } from '../api-error.ts';
import { readDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface ConfigurationVersionAttributes {
  readonly status: string;
  readonly source: string | null;
  readonly speculative: boolean;
  readonly provisional: boolean;
  readonly 'auto-queue-runs': boolean;
  readonly 'error-message'?: string | null;
  /** Only in the answer to `create`. A secret: its holder can upload. */
  readonly 'upload-url'?: string | null;
}
export type ConfigurationVersion = Resource<ConfigurationVersionAttributes>;

export interface ConfigurationFileAttributes {
  readonly path: string;
  readonly 'size-bytes': number;
  readonly 'link-target': string | null;
  /** Only in the answer for a single file; null: the file is not text. */
  readonly content?: string | null;
  /** The file is longer than `content`. */
  readonly truncated?: boolean;
}
export type ConfigurationFile = Resource<ConfigurationFileAttributes>;

export interface ConfigurationVersionCreate {
  /** true: the upload itself starts a run. Servers default to true; this client sends false unless told otherwise. */
  readonly autoQueueRuns?: boolean;
  readonly speculative?: boolean;
  readonly provisional?: boolean;
}

/** `api-contract §5.6`. */
export function configurationVersions(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    async create(
      workspaceId: string,
      fields: ConfigurationVersionCreate = {},
      options: CallOptions = {},
    ): Promise<ConfigurationVersion> {
      const attributes = {
        'auto-queue-runs': fields.autoQueueRuns ?? false,
        speculative: fields.speculative ?? false,
        ...(fields.provisional === undefined ? {} : { provisional: fields.provisional }),
      };
      const answer = await transport.call({
        method: 'POST',
        path: path`workspaces/${workspaceId}/configuration-versions`,
        body: { data: { type: 'configuration-versions', attributes } },
        ...options,
      });
      return readDocument<ConfigurationVersion>(answer).data;
    },

    async read(configurationVersionId: string, options: CallOptions = {}): Promise<ConfigurationVersion> {
      const target = path`configuration-versions/${configurationVersionId}`;
      const answer = await transport.call({ method: 'GET', path: target, ...options });
      return readDocument<ConfigurationVersion>(answer).data;
    },

    list: (workspaceId: string, options?: ListOptions) =>
      calls.list<ConfigurationVersion>(path`workspaces/${workspaceId}/configuration-versions`, options),

    /** Drops the files of a version that is not the current one. */
    archive: (id: string, options?: CallOptions) =>
      calls.act('POST', path`configuration-versions/${id}/actions/archive`, undefined, options),

    /** The archive, piece by piece. */
    openDownload: (id: string, options?: CallOptions) =>
      transport.open({ method: 'GET', path: path`configuration-versions/${id}/download`, ...options }),

    /** The version's files; only the first ones if there are very many. The list's `meta` counts all of them. */
    files: (id: string, options?: CallOptions) =>
      calls.list<ConfigurationFile>(path`configuration-versions/${id}/files`, options),

    /** One of the version's files, with its content. undefined: there is no file with this path. */
    async readFile(id: string, file: string, options?: CallOptions): Promise<ConfigurationFile | undefined> {
      const target = path`configuration-versions/${id}/files`;
      const { data } = await calls.list<ConfigurationFile>(target, options, { 'filter[path]': file });
      return data[0];
    },

    /** The commit of the version. Throws `not_found` when it was uploaded. */
    ingressAttributes: (id: string, options?: CallOptions) =>
      calls.read<Resource>(path`configuration-versions/${id}/ingress-attributes`, options),

    /**
     * Stores a gzipped tar archive at the version's upload address, once: the server refuses a second upload. The
     * token is not sent. The version may take a moment to become `uploaded`.
     */
    async upload(
      version: ConfigurationVersion,
      archive: Uint8Array | Blob,
      options: CallOptions = {},
    ): Promise<void> {
      const url = version.attributes['upload-url'];
      if (typeof url !== 'string' || url === '') {
        throw new ApiError({
          code: 'invalid',
          status: 0,
          title: 'no upload address',
          detail: `${version.id} has none; only the answer to create carries it`,
        });
      }
      await transport.transfer({ method: 'PUT', url, body: archive, ...options });
    },
  };
}
