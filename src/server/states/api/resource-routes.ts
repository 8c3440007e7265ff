import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { pagedListOf, resource, Timestamp } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, timestamp } from '../../http/json-api.ts';
import { oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { listManagedResources, RESOURCE_ORDERS } from '../managed-resources.ts';

const ManagedResourceSchema = resource('resources', {
  address: z.string(),
  name: z.string(),
  module: z.string(),
  provider: z.string(),
  'provider-type': z.string(),
  'name-index': z.string().nullable(),
  'modified-by-state-version-id': z.string(),
  'created-at': Timestamp,
  'updated-at': Timestamp,
});

/** `q` is a part of the address. */
const ListQuery = PageQuery.extend({ q: z.string().optional(), sort: oneOf(...RESOURCE_ORDERS) });

/** `provider-type` is the type of the resource. */
const managedResource = (row: Row<'workspace_resource'>) => ({
  id: row.id,
  type: 'resources',
  attributes: {
    address: row.address,
    name: row.name,
    module: row.module,
    provider: row.provider,
    'provider-type': row.type,
    'name-index': row.name_index,
    'modified-by-state-version-id': row.modified_by_state_version_id,
    'created-at': timestamp(row.created_at),
    'updated-at': timestamp(row.updated_at),
  },
});

/** What terraform manages in a workspace (api-contract §5.3). */
export const resourceEndpoints = (platform: Platform): Endpoint<Caller>[] => [
  endpoint({
    method: 'GET',
    url: '/api/v2/workspaces/:id/resources',
    summary: 'List what terraform manages in a workspace, as its current state version tells it',
    access: 'account',
    permission: 'workspace:read-state',
    params: IdParams,
    query: ListQuery,
    answers: { 200: pagedListOf(ManagedResourceSchema) },
    handle: async ({ caller, params, query, raw }) => {
      const workspace = await readWorkspace(platform, caller, params.id, 'read-state');
      const page = pageOf(query);
      const { resources, totalCount } = await listManagedResources(
        platform.db,
        workspace.id,
        { part: query.q ?? '', sort: query.sort },
        page,
      );
      return {
        status: 200,
        body: { data: resources.map(managedResource), ...paginate(raw.url, page, totalCount) },
      };
    },
  }),
];
