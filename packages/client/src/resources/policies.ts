import { ApiError } from '../api-error.ts';
import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface PolicySetAttributes {
  readonly name: string;
  readonly description?: string;
  readonly kind?: string;
  readonly global?: boolean;
  readonly 'policy-count'?: number;
}
export type PolicySet = Resource<PolicySetAttributes>;

export interface PolicySetVersionAttributes {
  /** `pending`, `ready`, `errored`. */
  readonly status: string;
  readonly 'error-message'?: string | null;
}
export type PolicySetVersion = Resource<PolicySetVersionAttributes>;

export interface PolicySetFields {
  readonly name?: string;
  readonly description?: string;
  readonly global?: boolean;
}

/** Policies that plans must fulfil, in sets that are assigned to workspaces and projects. */
export function policySets(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/policy-sets`;
  return {
    list: (organization: string, options?: ListOptions) => calls.list<PolicySet>(of(organization), options),
    read: (id: string, options?: CallOptions) => calls.read<PolicySet>(path`policy-sets/${id}`, options),
    create: (
      organization: string,
      fields: PolicySetFields & { readonly name: string; readonly kind?: string },
      options?: CallOptions,
    ) => calls.create<PolicySet>(of(organization), { type: 'policy-sets', attributes: fields }, options),
    update: (id: string, fields: PolicySetFields, options?: CallOptions) =>
      calls.update<PolicySet>(
        path`policy-sets/${id}`,
        { type: 'policy-sets', id, attributes: fields },
        options,
      ),
    delete: (id: string, options?: CallOptions) => calls.remove(path`policy-sets/${id}`, options),

    createVersion: (id: string, options?: CallOptions) =>
      calls.create<PolicySetVersion>(
        path`policy-sets/${id}/versions`,
        { type: 'policy-set-versions', attributes: {} },
        options,
      ),

    /** Stores the archive (tar.gz) of a version, once. The token is not sent. Throws when its policies are invalid. */
    async uploadVersion(
      version: PolicySetVersion,
      archive: Uint8Array | Blob,
      options: CallOptions = {},
    ): Promise<void> {
      const url = version.links?.['upload'];
      if (typeof url !== 'string') {
        throw new ApiError({
          code: 'invalid',
          status: 0,
          title: 'no upload address',
          detail: `${version.id} has none; only the answer to createVersion carries it`,
        });
      }
      await transport.transfer({ method: 'PUT', url, body: archive, ...options });
    },
  };
}

export interface PriceBookAttributes {
  readonly name: string;
  readonly version?: number;
  readonly currency?: string;
  readonly date?: string;
  readonly 'prices-count'?: number;
}
export type PriceBook = Resource<PriceBookAttributes>;

/** Prices for the resources of runs. Only on Runwright. */
export function priceBooks(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/price-books`;
  return {
    list: (organization: string, options?: ListOptions) => calls.list<PriceBook>(of(organization), options),
    read: (id: string, options?: CallOptions) => calls.read<PriceBook>(path`price-books/${id}`, options),
    create: (
      organization: string,
      fields: { readonly name: string; readonly document: string },
      options?: CallOptions,
    ) => calls.create<PriceBook>(of(organization), { type: 'price-books', attributes: fields }, options),
    update: (
      id: string,
      fields: { readonly name?: string; readonly document?: string },
      options?: CallOptions,
    ) =>
      calls.update<PriceBook>(
        path`price-books/${id}`,
        { type: 'price-books', id, attributes: fields },
        options,
      ),
    delete: (id: string, options?: CallOptions) => calls.remove(path`price-books/${id}`, options),
  };
}
