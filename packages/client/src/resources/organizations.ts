import { readDocument, readList, type ListDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { pageQuery, type PageRequest } from '../query.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface OrganizationAttributes {
  readonly name: string;
  readonly email: string | null;
  readonly 'external-id': string;
  readonly 'created-at': string;
  readonly permissions: Readonly<Record<string, boolean>>;
}
export type Organization = Resource<OrganizationAttributes>;

/** Switches (`operations`, `state-storage`, …) and limits. */
export type EntitlementSet = Resource<Readonly<Record<string, boolean | number | null>>>;

export interface OrganizationCreate {
  /** At least 3 of `A-Za-z0-9_-`. */
  readonly name: string;
  readonly email: string;
}

/** `api-contract §5.1`. */
export function organizations(transport: Transport) {
  return {
    async create(fields: OrganizationCreate, options: CallOptions = {}): Promise<Organization> {
      const body = { data: { type: 'organizations', attributes: fields } };
      const answer = await transport.call({ method: 'POST', path: 'organizations', body, ...options });
      return readDocument<Organization>(answer).data;
    },

    async read(name: string, options: CallOptions = {}): Promise<Organization> {
      const answer = await transport.call({ method: 'GET', path: path`organizations/${name}`, ...options });
      return readDocument<Organization>(answer).data;
    },

    async list(page: PageRequest & CallOptions = {}): Promise<ListDocument<Organization>> {
      const { signal } = page;
      const query = pageQuery(page);
      return readList(await transport.call({ method: 'GET', path: 'organizations', query, signal }));
    },

    async entitlements(name: string, options: CallOptions = {}): Promise<EntitlementSet> {
      const target = path`organizations/${name}/entitlement-set`;
      return readDocument<EntitlementSet>(await transport.call({ method: 'GET', path: target, ...options }))
        .data;
    },
  };
}
