import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, NoRelationships, parseInclude } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { ProviderName, RegistryName } from '../../registry-releases/names.ts';
import { describeVersions } from '../describe.ts';
import { providerResource, RegistryProviderSchema, type RegistryProvider } from '../document.ts';
import { createProvider, deleteProvider, listProviders, readProvider, readProviderById } from '../service.ts';
import { listVersions } from '../versions.ts';

const OrganizationParams = z.object({ organization: z.string() });
export const ProviderParams = OrganizationParams.extend({
  registry: z.literal('private'),
  namespace: z.string(),
  provider: z.string(),
});
export const PROVIDERS_URL = '/api/v2/organizations/:organization/registry-providers';

const CreateBody = document(
  z.object({
    name: ProviderName,
    namespace: z.string().nullish(),
    'registry-name': RegistryName,
  }),
  NoRelationships,
);
const IncludeQuery = z.object({ include: includeOf(['registry_provider_versions']) });
const ListQuery = PageQuery.extend(IncludeQuery.shape).extend({
  q: z.string().max(100).optional(),
  'filter[registry_name]': oneOf('private', 'public'),
  'filter[organization_name]': z.string().max(100).optional(),
});

export function registryProviderEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const describe = async (
    caller: Caller,
    organization: { id: string; name: string },
    providers: readonly RegistryProvider[],
    include: readonly string[] = [],
  ) => {
    const canManage = await canInOrganization(db, caller, organization.id, 'manage-providers');
    const data = [];
    const included = [];
    for (const provider of providers) {
      const versions = await listVersions(db, provider.id);
      data.push(providerResource(provider, organization.name, versions, canManage));
      if (include.length > 0) included.push(...(await describeVersions(platform, versions, canManage)));
    }
    return { data, ...(include.length > 0 && { included }) };
  };
  return [
    endpoint({
      method: 'GET',
      url: PROVIDERS_URL,
      summary: 'List or search the providers of an organization',
      access: 'account',
      permission: 'organization:read-registry',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(RegistryProviderSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'read-registry');
        const page = pageOf(query);
        const others = query['filter[organization_name]'] ?? organization.name;
        const isElsewhere = query['filter[registry_name]'] === 'public' || others !== organization.name;
        const { providers, totalCount } = isElsewhere
          ? { providers: [], totalCount: 0 }
          : await listProviders(platform, organization.id, query.q, page);
        const described = await describe(caller, organization, providers, parseInclude(query.include));
        return { status: 200, body: { ...described, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: PROVIDERS_URL,
      summary: 'Create a provider, whose versions are then uploaded',
      example: {
        data: {
          type: 'registry-providers',
          attributes: { name: 'internal', namespace: 'acme', 'registry-name': 'private' },
        },
      },
      access: 'account',
      permission: 'organization:manage-providers',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(RegistryProviderSchema) },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(
          platform,
          caller,
          params.organization,
          'manage-providers',
        );
        const { name, namespace } = body.data.attributes;
        if (namespace && namespace !== organization.name)
          refuse(
            'invalid_attribute',
            `namespace: must be ${organization.name}, or be left out`,
            '/data/attributes/namespace',
          );
        const provider = await createProvider(platform, caller, organization.id, name);
        const { data } = await describe(caller, organization, [provider]);
        return { status: 201, body: { data: data[0] } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${PROVIDERS_URL}/:registry/:namespace/:provider`,
      summary: 'Read a provider',
      access: 'account',
      permission: 'organization:read-registry',
      params: ProviderParams,
      query: IncludeQuery,
      answers: { 200: documentOf(RegistryProviderSchema) },
      handle: async ({ caller, params, query }) => {
        const { organization, provider } = await readProvider(platform, caller, params, 'read-registry');
        const include = parseInclude(query.include);
        const { data, ...included } = await describe(caller, organization, [provider], include);
        return { status: 200, body: { data: data[0], ...included } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/registry-providers/:id',
      summary: 'Read a provider by its id',
      access: 'account',
      permission: 'organization:read-registry',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(RegistryProviderSchema) },
      handle: async ({ caller, params, query }) => {
        const { organizationName, provider } = await readProviderById(platform, caller, params.id);
        const organization = { id: provider.organization_id, name: organizationName };
        const include = parseInclude(query.include);
        const { data, ...included } = await describe(caller, organization, [provider], include);
        return { status: 200, body: { data: data[0], ...included } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${PROVIDERS_URL}/:registry/:namespace/:provider`,
      summary: 'Delete a provider with all versions',
      access: 'account',
      permission: 'organization:manage-providers',
      params: ProviderParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { provider } = await readProvider(platform, caller, params, 'manage-providers');
        await deleteProvider(platform, caller, provider);
        return { status: 204 };
      },
    }),
  ];
}
