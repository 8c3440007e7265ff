import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { organizationRights, projectRights } from '../../access/rights.ts';
import type { Platform } from '../../context.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { nothing } from '../../http/answers.ts';
import { refusedBecause } from '../../http/effect.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, parseInclude, relationship } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { paginate, WholeListQuery, wholePageOf } from '../../http/pagination.ts';
import { describeProjects } from '../../includes/with-projects.ts';
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
import { findProject } from '../../projects/service.ts';

const NameParams = z.object({ organization: z.string() });

const none = (what: string) =>
  refusedBecause(
    what,
    z
      .object({ data: z.union([z.null(), z.array(z.never())], { error: `cannot be set: ${what}` }) })
      .nullish(),
  );
const Related = z
  .object({
    'default-agent-pool': relationship,
    'stacks-default-agent-pool': none('there are no stacks here'),
    'data-retention-policy': none('everything is kept until it is deleted'),
    'primary-hyok-configuration': none('keys of your own are not held here'),
    'module-producers': none('each organization has its own registry, which shares nothing'),
    'provider-producers': none('each organization has its own registry, which shares nothing'),
  })
  .nullish();
const CreateBody = document(NewOrganizationAttributes, Related);
const UpdateBody = document(attributesOfChange(OrganizationChange), Related);
const IncludeQuery = z.object({
  include: includeOf(['default_project', 'entitlement_set'], ['subscription']),
});
const ListQuery = WholeListQuery.extend({
  ...IncludeQuery.shape,
  q: z.string().optional(),
  'q[name]': z.string().optional(),
  'q[email]': z.string().optional(),
});

interface ChangeRequest {
  caller: Caller;
  params: { organization: string };
  body: z.output<typeof UpdateBody>;
}

/** The pool may be named as an attribute or as a relationship. */
function changeIn<Attributes extends OrganizationChange>({
  attributes,
  relationships,
}: {
  attributes: Attributes;
  relationships?: z.output<typeof Related>;
}): Attributes {
  const poolId = relationships?.['default-agent-pool']?.data?.id;
  return poolId === undefined ? attributes : { 'default-agent-pool-id': poolId, ...attributes };
}

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
  const includeWith = async (
    caller: Caller,
    organizations: readonly Organization[],
    include: string | undefined,
  ) => {
    const names = parseInclude(include);
    if (names.length === 0) return {};
    const included: { id: string; type: string }[] = names.includes('entitlement_set')
      ? organizations.map(entitlementSetResource)
      : [];
    if (names.includes('default_project')) {
      const ids = await defaultProjects(
        platform,
        organizations.map(({ id }) => id),
      );
      for (const id of ids.values()) {
        const project = await findProject(platform.db, id);
        if (project === undefined) continue;
        const rights = await projectRights(platform.db, caller, [project]);
        if (rights.get(id)?.has('read'))
          included.push(...(await describeProjects(platform, caller, [project])).data);
      }
    }
    return { included };
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
      example: {
        data: { type: 'organizations', attributes: { name: 'acme', email: 'platform@acme.example' } },
      },
      access: 'account',
      permission: 'self',
      params: z.object({}),
      body: CreateBody,
      answers: { 201: documentOf(OrganizationSchema) },
      handle: async ({ caller, body }) =>
        await answer(caller, await createOrganization(platform, caller, changeIn(body.data)), 201),
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
        const page = wholePageOf(query);
        const { q: any = '', 'q[name]': name = '', 'q[email]': email = '' } = query;
        const search = { any, name, email };
        const { organizations, totalCount } = await listOrganizations(platform, caller, search, page);
        const data = await describe(caller, organizations);
        const included = await includeWith(caller, organizations, query.include);
        return { status: 200, body: { data, ...included, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization',
      summary: 'Read an organization',
      access: 'account',
      permission: 'organization:member',
      params: NameParams,
      query: IncludeQuery,
      answers: { 200: documentOf(OrganizationSchema) },
      handle: async ({ caller, params, query }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const [data] = await describe(caller, [organization]);
        const included = await includeWith(caller, [organization], query.include);
        return { status: 200, body: { data, ...included } };
      },
    }),
    ...(['PATCH', 'PUT'] as const).map((method) =>
      endpoint({
        method,
        url: '/api/v2/organizations/:organization',
        summary: 'Change settings of an organization: only what is given',
        access: 'account',
        permission: 'organization:owner',
        params: NameParams,
        body: UpdateBody,
        answers: { 200: documentOf(OrganizationSchema) },
        handle: async ({ caller, params, body }: ChangeRequest) => {
          const organization = await readOrganization(platform, caller, params.organization, 'owner');
          const change = changeIn(body.data);
          return await answer(caller, await updateOrganization(platform, caller, organization, change));
        },
      }),
    ),
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
