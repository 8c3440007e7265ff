import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { ModuleName, ProviderName, RegistryName } from '../../registry-releases/names.ts';
import { describeModules, RegistryModuleSchema, type RegistryModule } from '../document.ts';
import { createModule, deleteModules, listModules, readModule, readModuleById } from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const ModulesParams = OrganizationParams.extend({
  registry: z.literal('private'),
  namespace: z.string(),
  module: z.string(),
});
const ModuleParams = ModulesParams.extend({ provider: z.string() });
const OldParams = OrganizationParams.extend({ module: z.string() });
const OldModuleParams = OldParams.extend({ provider: z.string() });

const CreateBody = document(
  z.object({
    name: ModuleName,
    provider: ProviderName,
    'registry-name': RegistryName,
    namespace: z.string().nullish(),
    'no-code': z
      .literal(false, { error: 'must be false: workspaces are made with their own configuration here' })
      .nullish(),
  }),
  NoRelationships,
);
const ListQuery = PageQuery.extend({
  q: z.string().max(100).optional(),
  'filter[provider]': z.string().max(100).optional(),
  'filter[registry_name]': oneOf('private', 'public'),
  'filter[organization_name]': z.string().max(100).optional(),
  include: includeOf([], ['no_code_modules']),
});

export const MODULES_URL = '/api/v2/organizations/:organization/registry-modules';

export function registryModuleEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const describe = async (
    caller: Caller,
    organization: { id: string; name: string },
    modules: readonly RegistryModule[],
  ) => {
    const canDelete = await canInOrganization(db, caller, organization.id, 'manage-modules');
    return await describeModules(db, organization.name, modules, canDelete);
  };
  const remove = async (caller: Caller, name: string, module: string, provider?: string) => {
    const organization = await readOrganization(platform, caller, name, 'manage-modules');
    await deleteModules(platform, caller, organization.id, module, provider);
  };
  return [
    endpoint({
      method: 'GET',
      url: MODULES_URL,
      summary: 'List or search the modules of an organization',
      access: 'account',
      permission: 'organization:read-registry',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(RegistryModuleSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'read-registry');
        const page = pageOf(query);
        const others = query['filter[organization_name]'] ?? organization.name;
        const isElsewhere = query['filter[registry_name]'] === 'public' || others !== organization.name;
        const wanted = { text: query.q, provider: query['filter[provider]'] };
        const { modules, totalCount } = isElsewhere
          ? { modules: [], totalCount: 0 }
          : await listModules(platform, organization.id, wanted, page);
        const data = await describe(caller, organization, modules);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: MODULES_URL,
      summary: 'Create a module, whose versions are then uploaded',
      example: {
        data: {
          type: 'registry-modules',
          attributes: { name: 'network', provider: 'aws', 'registry-name': 'private' },
        },
      },
      access: 'account',
      permission: 'organization:manage-modules',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(RegistryModuleSchema) },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'manage-modules');
        const { name, provider, namespace } = body.data.attributes;
        if (namespace && namespace !== organization.name)
          refuse(
            'invalid_attribute',
            `namespace: must be ${organization.name}, or be left out`,
            '/data/attributes/namespace',
          );
        const module = await createModule(platform, caller, organization.id, { name, provider });
        const [data] = await describe(caller, organization, [module]);
        return { status: 201, body: { data } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${MODULES_URL}/:registry/:namespace/:module/:provider`,
      summary: 'Read a module and which versions it has',
      access: 'account',
      permission: 'organization:read-registry',
      params: ModuleParams,
      answers: { 200: documentOf(RegistryModuleSchema) },
      handle: async ({ caller, params }) => {
        const { organization, module } = await readModule(platform, caller, params, 'read-registry');
        const [data] = await describe(caller, organization, [module]);
        return { status: 200, body: { data } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/registry-modules/:id',
      summary: 'Read a module by its id',
      access: 'account',
      permission: 'organization:read-registry',
      params: IdParams,
      answers: { 200: documentOf(RegistryModuleSchema) },
      handle: async ({ caller, params }) => {
        const { organizationName, module } = await readModuleById(platform, caller, params.id);
        const organization = { id: module.organization_id, name: organizationName };
        const [data] = await describe(caller, organization, [module]);
        return { status: 200, body: { data } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${MODULES_URL}/:registry/:namespace/:module`,
      operation: 'deleteRegistryModulesOfOrganization',
      summary: 'Delete the modules of a name, for all providers, with all versions',
      access: 'account',
      permission: 'organization:manage-modules',
      params: ModulesParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        if (params.namespace !== params.organization) refuse('not_found');
        await remove(caller, params.organization, params.module);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${MODULES_URL}/:registry/:namespace/:module/:provider`,
      summary: 'Delete a module with all versions',
      access: 'account',
      permission: 'organization:manage-modules',
      params: ModuleParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        if (params.namespace !== params.organization) refuse('not_found');
        await remove(caller, params.organization, params.module, params.provider);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/registry-modules/actions/delete/:organization/:module',
      summary: 'Delete the modules of a name, as older clients ask for it',
      access: 'account',
      permission: 'organization:manage-modules',
      params: OldParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await remove(caller, params.organization, params.module);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/registry-modules/actions/delete/:organization/:module/:provider',
      summary: 'Delete a module, as older clients ask for it',
      access: 'account',
      permission: 'organization:manage-modules',
      params: OldModuleParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await remove(caller, params.organization, params.module, params.provider);
        return { status: 204 };
      },
    }),
  ];
}
