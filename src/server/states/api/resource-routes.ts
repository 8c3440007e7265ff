import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { pagedListOf, resource, Timestamp, toOne } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude, reference, referenceOrNull, timestamp } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { includeWithStates, STATE_INCLUDES } from '../../includes/with-states.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { listManagedResources, RESOURCE_ORDERS } from '../managed-resources.ts';
import { listResourceChanges, type ResourceChange } from '../resource-changes.ts';

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

const ResourceChangeSchema = resource(
  'resource-changes',
  {
    address: z.string(),
    'provider-type': z.string(),
    action: z.enum(['create', 'update', 'delete']),
    serial: z.int(),
    'created-at': Timestamp,
  },
  { 'state-version': toOne('state-versions'), run: toOne('runs'), 'created-by': toOne('users') },
);

/** `q` is a part of the address, `filter[address]` all of it. */
const ChangesQuery = PageQuery.extend({
  q: z.string().optional(),
  'filter[address]': z.string().optional(),
  include: includeOf(STATE_INCLUDES.filter((name) => name !== 'outputs')),
});

/** The id only distinguishes changes: none is read by it. */
const changeId = ({ state_version_id, address }: ResourceChange['change']): string =>
  `rch-${createHash('sha256').update(`${state_version_id} ${address}`).digest('hex').slice(0, 16)}`;

const resourceChange = ({ change, version }: ResourceChange) => ({
  id: changeId(change),
  type: 'resource-changes',
  attributes: {
    address: change.address,
    'provider-type': change.type,
    action: change.action,
    serial: version.serial,
    'created-at': timestamp(version.created_at),
  },
  relationships: {
    'state-version': reference('state-versions', version.id),
    run: referenceOrNull('runs', version.run_id),
    'created-by': referenceOrNull('users', version.created_by),
  },
});

/** The resources that terraform manages in a workspace (api-contract §5.3), and their changes by state version. */
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
  endpoint({
    method: 'GET',
    url: '/api/v2/workspaces/:id/resource-changes',
    summary: 'List which state versions created, changed and removed what terraform manages, newest first',
    access: 'account',
    permission: 'workspace:read-state',
    params: IdParams,
    query: ChangesQuery,
    answers: { 200: pagedListOf(ResourceChangeSchema) },
    handle: async ({ caller, params, query, raw }) => {
      const workspace = await readWorkspace(platform, caller, params.id, 'read-state');
      const page = pageOf(query);
      const { changes, totalCount } = await listResourceChanges(
        platform.db,
        workspace.id,
        { address: query['filter[address]'] ?? '', part: query.q ?? '' },
        page,
      );
      const names = parseInclude(query.include);
      const versions = changes.map(({ version }) => version);
      const included = await includeWithStates(platform, caller, versions, names);
      return {
        status: 200,
        body: {
          data: changes.map(resourceChange),
          ...(names.length === 0 ? {} : { included }),
          ...paginate(raw.url, page, totalCount),
        },
      };
    },
  }),
];
