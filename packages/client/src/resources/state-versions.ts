import { ApiError } from '../api-error.ts';
import type { ListDocument, Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { OpenAnswer } from '../stream.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface StateVersionAttributes {
  readonly serial: number;
  readonly status: string;
  readonly size: number;
  readonly 'created-at': string;
  readonly 'terraform-version': string | null;
  readonly 'resource-count'?: number;
  /** The number of each kind; absent until the server has read the state. */
  readonly resources?: readonly {
    readonly name: string;
    readonly type: string;
    readonly count: number;
    readonly module: string;
  }[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  /** A secret: its holder can read the state. */
  readonly 'hosted-state-download-url': string | null;
  readonly 'hosted-json-state-download-url'?: string | null;
  /** Secrets: the holder of one can write the state. null once used. */
  readonly 'hosted-state-upload-url'?: string | null;
  readonly 'hosted-json-state-upload-url'?: string | null;
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

export interface StateVersionCreate {
  readonly serial: number;
  /** The digest of the raw state's bytes, in hexadecimal. */
  readonly md5: string;
  readonly lineage?: string | undefined;
  /** Base64. Without it, the answer has an address to upload the state to. */
  readonly state?: string | undefined;
  readonly jsonState?: string | undefined;
  readonly jsonStateOutputs?: string | undefined;
  readonly force?: boolean | undefined;
  readonly runId?: string | undefined;
}

export interface StateVersionListQuery extends ListOptions {
  readonly organization: string;
  readonly workspace: string;
  readonly status?: string | undefined;
}

type Form = 'raw' | 'json';
const DOWNLOAD = { raw: 'hosted-state-download-url', json: 'hosted-json-state-download-url' } as const;
const UPLOAD = { raw: 'hosted-state-upload-url', json: 'hosted-json-state-upload-url' } as const;

/** `api-contract §5.7`. */
export function stateVersions(transport: Transport) {
  const calls = resourceCalls(transport);
  const one = (id: string) => path`state-versions/${id}`;
  const outputsOf = (id: string) => `${one(id)}/outputs`;
  return {
    list: ({
      organization,
      workspace,
      status,
      ...options
    }: StateVersionListQuery): Promise<ListDocument<StateVersion>> =>
      calls.list('state-versions', options, {
        'filter[organization][name]': organization,
        'filter[workspace][name]': workspace,
        'filter[status]': status,
      }),
    read: (id: string, options?: ReadOptions) => calls.read<StateVersion>(one(id), options),
    /** {@link read} with what `include` names. Sensitive values of included outputs are null. */
    document: (id: string, options?: ReadOptions) => calls.document<StateVersion>(one(id), options),
    /** Throws `not_found` when the workspace has no state yet. */
    current: (workspaceId: string, options?: ReadOptions) =>
      calls.read<StateVersion>(path`workspaces/${workspaceId}/current-state-version`, options),
    /** The outputs of a workspace's current state. Sensitive values are null. */
    currentOutputs: async (workspaceId: string, options?: CallOptions): Promise<readonly Output[]> =>
      (await calls.list<Output>(path`workspaces/${workspaceId}/current-state-version-outputs`, options)).data,
    listOutputs: (id: string, options?: ListOptions) => calls.list<Output>(outputsOf(id), options),
    /** All outputs of one state version, page after page. */
    async outputs(id: string, options: CallOptions = {}): Promise<readonly Output[]> {
      const found: Output[] = [];
      for await (const output of calls.each<Output>(outputsOf(id), options)) found.push(output);
      return found;
    },
    /** One output; the platform shows its value here even when it is sensitive. */
    readOutput: (outputId: string, options?: CallOptions) =>
      calls.read<Output>(path`state-version-outputs/${outputId}`, options),

    /** The workspace must be locked by the caller. */
    create: (workspaceId: string, fields: StateVersionCreate, options?: CallOptions) =>
      calls.create<StateVersion>(
        path`workspaces/${workspaceId}/state-versions`,
        {
          type: 'state-versions',
          attributes: {
            serial: fields.serial,
            md5: fields.md5,
            lineage: fields.lineage,
            state: fields.state,
            'json-state': fields.jsonState,
            'json-state-outputs': fields.jsonStateOutputs,
            force: fields.force,
          },
          relationships: { run: fields.runId === undefined ? undefined : { type: 'runs', id: fields.runId } },
        },
        options,
      ),
    /** Makes an old version the newest again. The workspace must be locked by the caller. */
    rollback: (workspaceId: string, stateVersionId: string, options?: CallOptions) =>
      calls.update<StateVersion>(
        path`workspaces/${workspaceId}/state-versions`,
        {
          type: 'state-versions',
          relationships: { 'rollback-state-version': { type: 'state-versions', id: stateVersionId } },
        },
        options,
      ),
    /** Stores a created version's content, once. The token is not sent. */
    async upload(
      version: StateVersion,
      content: Uint8Array | Blob,
      options: CallOptions & { readonly form?: Form } = {},
    ): Promise<void> {
      const { form = 'raw', signal } = options;
      const url = addressOf(version, UPLOAD[form], 'no upload address');
      await transport.transfer({ method: 'PUT', url, body: content, signal });
    },
    /** The state file, secrets included. */
    async download(
      version: StateVersion,
      options: CallOptions & { readonly form?: Form } = {},
    ): Promise<Uint8Array> {
      const { form = 'raw', signal } = options;
      const url = addressOf(version, DOWNLOAD[form], 'no state to download');
      return (await transport.transfer({ method: 'GET', url, signal })).bytes;
    },
    /** {@link download} piece by piece. */
    openDownload(
      version: StateVersion,
      options: CallOptions & { readonly form?: Form } = {},
    ): Promise<OpenAnswer> {
      const { form = 'raw', signal } = options;
      const url = addressOf(version, DOWNLOAD[form], 'no state to download');
      return transport.openTransfer({ url, signal });
    },
  };
}

function addressOf(version: StateVersion, attribute: keyof StateVersionAttributes, title: string): string {
  const url = version.attributes[attribute];
  if (typeof url === 'string' && url !== '') return url;
  throw new ApiError({
    code: 'not_found',
    status: 0,
    title,
    detail: `${version.id} is ${version.attributes.status}`,
  });
}
