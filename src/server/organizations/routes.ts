import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { documentOf, pagedListOf } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { document, NoRelationships } from '../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../http/pagination.ts';
import {
  entitlementSetResource,
  EntitlementSetSchema,
  organizationResource,
  OrganizationSchema,
} from './document.ts';
import { createOrganization, defaultProjectId, listOrganizations, readOrganization } from './service.ts';

const NameParams = z.object({ organization: z.string() });

const CreateBody = document(
  z.object({
    name: z
      .string()
      .min(3, 'must have at least 3 characters')
      .max(64, 'must have at most 64 characters')
      .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, - and _ only'),
    email: z.string().min(3).max(255),
  }),
  NoRelationships,
);

export function organizationEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (organization: Awaited<ReturnType<typeof readOrganization>>) =>
    organizationResource(organization, await defaultProjectId(platform, organization.id));
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations',
      summary: 'Create an organization',
      access: 'account',
      permission: 'account',
      params: z.object({}),
      body: CreateBody,
      answers: { 201: documentOf(OrganizationSchema) },
      handle: async ({ caller, body }) => {
        const organization = await createOrganization(platform, caller, body.data.attributes);
        return { status: 201, body: { data: await describe(organization) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations',
      summary: 'List the organizations the caller may see',
      access: 'account',
      permission: 'account',
      params: z.object({}),
      query: PageQuery,
      answers: { 200: pagedListOf(OrganizationSchema) },
      handle: async ({ caller, query, raw }) => {
        const page = pageOf(query);
        const { organizations, totalCount } = await listOrganizations(platform, caller, page);
        const data = organizations.map((organization) => organizationResource(organization, null));
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
      answers: { 200: documentOf(OrganizationSchema) },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        return { status: 200, body: { data: await describe(organization) } };
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
        const organization = await readOrganization(platform, caller, params.organization);
        return { status: 200, body: { data: entitlementSetResource(organization) } };
      },
    }),
  ];
}
