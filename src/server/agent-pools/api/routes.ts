import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf, sortOf } from '../../http/list-query.ts';
import { offsetOf, pageOf, PageQuery, paginate, WholeListQuery } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization, readOrganizationName } from '../../organizations/service.ts';
import {
  DescribedToken,
  NewToken,
  tokenResource,
  TokenSchema,
  tokenSettings,
} from '../../tokens/document.ts';
import { answerTokens } from '../../tokens/list.ts';
import { issueToken } from '../../tokens/service.ts';
import { describeWorkspaces } from '../../workspaces/describe.ts';
import { readWorkspaces } from '../../workspaces/service.ts';
import { deleteAgent, listAgents, readAgent } from '../agents.ts';
import { agentResource, AgentPoolSchema, AgentSchema, poolResources } from '../document.ts';
import { createPool, deletePool, listPools, readPool, updatePool, type AgentPool } from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const name = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'must not be empty')
  .max(90, 'must have at most 90 characters');
const scoped = z.boolean().optional();
const many = z.object({ data: z.array(z.object({ id: z.string() })).max(1_000) }).nullish();
const relations = z
  .object({ 'allowed-workspaces': many, 'allowed-projects': many, 'excluded-workspaces': many })
  .nullish();
const CreateBody = document(z.object({ name, 'organization-scoped': scoped }), relations);
const UpdateBody = document(
  z.object({ name: name.optional(), 'organization-scoped': scoped }).nullish(),
  relations,
);
const IncludeQuery = z.object({ include: includeOf(['workspaces'], ['hyok_configurations']) });
const ListQuery = PageQuery.extend({
  q: z.string().optional(),
  'filter[allowed_workspaces][name]': z.string().optional(),
  'filter[allowed_projects][name]': z.string().optional(),
  ...IncludeQuery.shape,
  sort: sortOf('name', 'created-at'),
});
const AgentsQuery = PageQuery.extend({
  'filter[last-ping-since]': z.iso
    .datetime({ offset: true, error: 'must be a time like 2027-01-31T12:00:00Z' })
    .optional(),
  sort: sortOf('created-at', 'name'),
});

/** api-contract §5.12, and §5.8 for the tokens. */
export function agentPoolEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const answer = async (
    caller: Caller,
    pool: AgentPool,
    { status = 200, include }: { status?: number; include?: string | undefined } = {},
  ): Promise<Answer> => {
    const name = await readOrganizationName(db, pool.organization_id);
    const data = await poolResources(platform, caller, [pool], name);
    const included = await includeWorkspaces(platform, caller, data, include);
    return { status, body: { data: data[0], ...included } };
  };
  const manage = 'organization:manage-agent-pools' as const;
  const poolToManage = async (caller: Caller, id: string): Promise<AgentPool> =>
    await readPool(platform, caller, id, 'manage-agent-pools');
  const tokensUrl = '/api/v2/agent-pools/:id/authentication-tokens';
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/agent-pools',
      summary: 'List the agent pools of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(AgentPoolSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const organization = await readOrganization(view, caller, params.organization);
          const page = pageOf(query);
          const search = {
            part: query.q ?? '',
            forWorkspace: query['filter[allowed_workspaces][name]'] || undefined,
            forProject: query['filter[allowed_projects][name]'] || undefined,
            sort: query.sort || undefined,
          };
          const { pools, totalCount } = await listPools(view, caller, organization.id, search, page);
          const data = await poolResources(view, caller, pools, organization.name);
          const included = await includeWorkspaces(view, caller, data, query.include);
          return { status: 200, body: { data, ...included, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/agent-pools',
      summary: 'Create an agent pool',
      example: {
        data: {
          type: 'agent-pools',
          attributes: { name: 'inside the firewall', 'organization-scoped': false },
          relationships: {
            'allowed-workspaces': { data: [{ type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' }] },
          },
        },
      },
      access: 'account',
      permission: manage,
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(AgentPoolSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(db, caller, id, 'manage-agent-pools');
        const { name } = body.data.attributes;
        const pool = await createPool(platform, caller, id, { ...changeOf(body.data), name });
        return await answer(caller, pool, { status: 201 });
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/agent-pools/:id',
      summary: 'Read an agent pool',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(AgentPoolSchema) },
      handle: async ({ caller, params, query }) => {
        const pool = await readPool(platform, caller, params.id, 'member');
        return await answer(caller, pool, { include: query.include });
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/agent-pools/:id',
      summary: 'Change an agent pool: only what is given',
      access: 'account',
      permission: manage,
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(AgentPoolSchema) },
      handle: async ({ caller, params, body }) => {
        const pool = await poolToManage(caller, params.id);
        return await answer(caller, await updatePool(platform, caller, pool, changeOf(body.data)));
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/agent-pools/:id',
      summary: 'Delete an agent pool that nothing uses, with its tokens',
      access: 'account',
      permission: manage,
      params: IdParams,
      answers: { 204: nothing, 409: refusal },
      handle: async ({ caller, params }) => {
        await deletePool(platform, caller, await poolToManage(caller, params.id));
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/agent-pools/:id/agents',
      summary: 'List the agents of a pool',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: AgentsQuery,
      answers: { 200: pagedListOf(AgentSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const pool = await readPool(platform, caller, params.id, 'member');
        const since = query['filter[last-ping-since]'];
        const agents = await listAgents(
          platform,
          pool.id,
          since === undefined ? null : new Date(since),
          query.sort,
        );
        const page = pageOf(query);
        const data = agents.slice(offsetOf(page), offsetOf(page) + page.size).map(agentResource);
        return { status: 200, body: { data, ...paginate(raw.url, page, agents.length) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/agents/:id',
      summary: 'Read an agent',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      answers: { 200: documentOf(AgentSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: agentResource(await readAgent(platform, caller, params.id, 'member')) },
      }),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/agents/:id',
      summary: 'Forget an agent that is gone',
      access: 'account',
      permission: manage,
      params: IdParams,
      answers: { 204: nothing, 412: refusal },
      handle: async ({ caller, params }) => {
        const agent = await readAgent(platform, caller, params.id, 'manage-agent-pools');
        await deleteAgent(platform, caller, agent);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'GET',
      url: tokensUrl,
      summary: 'List the tokens of an agent pool, without their secrets',
      access: 'account',
      permission: manage,
      params: IdParams,
      query: WholeListQuery,
      answers: { 200: pagedListOf(TokenSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const pool = await poolToManage(caller, params.id);
        return await answerTokens(platform, 'agent_pool_id', pool.id, query, raw.url);
      },
    }),
    endpoint({
      method: 'POST',
      url: tokensUrl,
      summary: 'Create a token for agents of a pool; its secret is in this answer only',
      access: 'account',
      permission: manage,
      params: IdParams,
      body: NewToken,
      bodyShape: DescribedToken,
      answers: { 201: documentOf(TokenSchema) },
      handle: async ({ caller, params, body }) => {
        const pool = await poolToManage(caller, params.id);
        // An unattended agent goes on until its token is revoked.
        const settings = tokenSettings(body, null);
        if (settings.description.trim() === '')
          refuse('invalid_attribute', 'Description must be present', '/data/attributes/description');
        const owner = { kind: 'agent', agent_pool_id: pool.id, is_single: false } as const;
        const { token, secret } = await issueToken(platform, caller, pool.organization_id, owner, settings);
        return { status: 201, body: { data: tokenResource(token, secret) } };
      },
    }),
  ];
}

/** The workspaces that use the pools, as far as the pools' documents name them. */
async function includeWorkspaces(
  view: Platform,
  caller: Caller,
  pools: Awaited<ReturnType<typeof poolResources>>,
  include: string | undefined,
) {
  if (!parseInclude(include).includes('workspaces')) return {};
  const ids = pools.flatMap(({ relationships }) => relationships.workspaces.data.map(({ id }) => id));
  return { included: await describeWorkspaces(view, caller, await readWorkspaces(view, ids)) };
}

function changeOf({ attributes, relationships }: z.output<typeof UpdateBody>['data']) {
  return {
    name: attributes?.name,
    organizationScoped: attributes?.['organization-scoped'],
    allowedWorkspaces: relationships?.['allowed-workspaces']?.data.map(({ id }) => id),
    allowedProjects: relationships?.['allowed-projects']?.data.map(({ id }) => id),
    excludedWorkspaces: relationships?.['excluded-workspaces']?.data.map(({ id }) => id),
  };
}
