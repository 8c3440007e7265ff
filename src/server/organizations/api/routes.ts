import { z } from 'zod';
import type { Caller } from '../../access/caller.ts';
import { organizationRights } from '../../access/rights.ts';
import type { Platform } from '../../context.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { nothing } from '../../http/answers.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, NoRelationships, relationship } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { NewOrganizationAttributes, OrganizationChange } from '../attributes.ts';
import { deleteOrganization } from '../../deletion/delete-organization.ts';
import { organizationResource, OrganizationSchema, type Organization } from '../document.ts';
import { entitlementSetResource, EntitlementSetSchema } from '../entitlement-set.ts';
import {
  createOrganization,
  defaultProjects,
  listOrganizations,
  readOrganization,
  updateOrganization,
} from '../service.ts';

const NameParams = z.object({ organization: z.string() });

const CreateBody = document(NewOrganizationAttributes, NoRelationships);
const UpdateBody = document(
  attributesOfChange(OrganizationChange),
  z.object({ 'default-agent-pool': relationship }).nullish(),
);
const ListQuery = PageQuery.extend({
  q: z.string().optional(),
  'q[name]': z.string().optional(),
  'q[email]': z.string().optional(),
});

export function organizationEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (caller: Caller, organizations: readonly Organization[]) => {
    const projects = await defaultProjects(
      platform,
      organizations.map(({ id }) => id),
    );
    return await Promise.all(
      organizations.map(async (organization) => {
        const rights = await organizationRights(platform.db, caller, organization.id);
        return organizationResource(organization, projects.get(organization.id) ?? null, rights.organization);
      }),
    );
  };
  const answer = async (caller: Caller, organization: Organization, status = 200): Promise<Answer> => {
    const [data] = await describe(caller, [organization]);
    return { status, body: { data } };
  };
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations',
      summary: 'Create an organization',
      access: 'account',
      permission: 'self',
      params: z.object({}),
      body: CreateBody,
      answers: { 201: documentOf(OrganizationSchema) },
      handle: async ({ caller, body }) =>
        await answer(caller, await createOrganization(platform, caller, body.data.attributes), 201),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations',
      summary: 'List the organizations the caller may see',
      access: 'account',
      permission: 'account',
      params: z.object({}),
      query: ListQuery,
      answers: { 200: pagedListOf(OrganizationSchema) },
      handle: async ({ caller, query, raw }) => {
        const page = pageOf(query);
        const { q: any = '', 'q[name]': name = '', 'q[email]': email = '' } = query;
        const search = { any, name, email };
        const { organizations, totalCount } = await listOrganizations(platform, caller, search, page);
        const data = await describe(caller, organizations);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization',
      summary: 'Read an organization',
      access: 'account',
      permission: 'organization:member',
      params: NameParams,
      query: z.object({ include: includeOf([], ['default_project']) }),
      answers: { 200: documentOf(OrganizationSchema) },
      handle: async ({ caller, params }) =>
        await answer(caller, await readOrganization(platform, caller, params.organization)),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/organizations/:organization',
      summary: 'Change settings of an organization',
      access: 'account',
      permission: 'organization:owner',
      params: NameParams,
      body: UpdateBody,
      answers: { 200: documentOf(OrganizationSchema) },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'owner');
        const poolId = body.data.relationships?.['default-agent-pool']?.data?.id;
        return await answer(
          caller,
          await updateOrganization(platform, caller, organization, {
            ...(poolId === undefined ? {} : { 'default-agent-pool-id': poolId }),
            ...body.data.attributes,
          }),
        );
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/organizations/:organization',
      summary: 'Delete an organization with its workspaces, runs and states',
      access: 'account',
      permission: 'organization:owner',
      params: NameParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'owner');
        await deleteOrganization(platform, caller, organization);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/entitlement-set',
      summary: 'Read what an organization may use',
      access: 'account',
      permission: 'organization:read-entitlements',
      params: NameParams,
      answers: { 200: documentOf(EntitlementSetSchema) },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(
          platform,
          caller,
          params.organization,
          'read-entitlements',
        );
        return { status: 200, body: { data: entitlementSetResource(organization) } };
      },
    }),
  ];
}
