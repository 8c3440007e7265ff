import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams } from '../../http/json-api.ts';
import { pageOf, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { readProject } from '../../projects/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import {
  NewSetAttributes,
  NewSetRelationships,
  RelatedIds,
  SetChange,
  SetRelationships,
} from '../attributes.ts';
import { setDocuments, VariableSetSchema } from '../document.ts';
import {
  applicableTo,
  IncludeQuery,
  listSets,
  ofOrganization,
  ofProject,
  OrganizationSetsQuery,
  ProjectSetsQuery,
  reachingWorkspace,
  SearchQuery,
  WorkspaceSetsQuery,
  type Narrow,
} from '../list.ts';
import type { VariableSet } from '../scopes.ts';
import { changeScopes, createSet, deleteSet, readSet, setPermission, updateSet } from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const CreateBody = document(NewSetAttributes, NewSetRelationships);
const UpdateBody = z.object({
  data: z.object({ attributes: SetChange.nullish(), relationships: SetRelationships }),
});
const ScopeBody = z.object({ data: RelatedIds });

/** api-contract §5.5. */
export function variableSetEndpoints(platform: Platform): Endpoint<Caller>[] {
  const answerOne = async (
    caller: Caller,
    set: VariableSet,
    status: number,
    include?: string,
  ): Promise<Answer> => {
    const { data, ...rest } = await setDocuments(platform, caller, [set], include);
    return { status, body: { data: data[0], ...rest } };
  };
  const answerList = async (
    caller: Caller,
    organizationId: string,
    query: z.output<typeof SearchQuery> & { include?: string | undefined },
    url: string,
    narrow: Narrow,
  ): Promise<Answer> =>
    await inSnapshot(platform, async (view) => {
      const { sets, totalCount } = await listSets(view, caller, organizationId, query, narrow);
      const documents = await setDocuments(view, caller, sets, query.include);
      return { status: 200, body: { ...documents, ...paginate(url, pageOf(query), totalCount) } };
    });

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/varsets',
      summary: 'List the variable sets of an organization',
      access: 'account',
      permission: 'organization:member',
      answers: { 200: pagedListOf(VariableSetSchema) },
      params: OrganizationParams,
      query: OrganizationSetsQuery,
      handle: async ({ caller, params, query, raw }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        return await answerList(caller, id, query, raw.url, ofOrganization(query));
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/varsets',
      summary: 'Create a variable set, with variables if they are given',
      example: {
        data: {
          type: 'varsets',
          attributes: { name: 'Credentials', global: false },
          relationships: { workspaces: { data: [{ type: 'workspaces', id: 'ws-SihZTyXKfNXUWuUa' }] } },
        },
      },
      access: 'account',
      permission: setPermission('write'),
      answers: { 201: documentOf(VariableSetSchema) },
      params: OrganizationParams,
      body: CreateBody,
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        const { attributes, relationships } = body.data;
        return await answerOne(caller, await createSet(platform, caller, id, attributes, relationships), 201);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/projects/:id/varsets',
      summary: 'List the variable sets that reach a project',
      access: 'account',
      permission: 'project:read',
      answers: { 200: pagedListOf(VariableSetSchema) },
      params: IdParams,
      query: ProjectSetsQuery,
      handle: async ({ caller, params, query, raw }) => {
        const { id, organization_id } = await readProject(platform, caller, params.id);
        return await answerList(caller, organization_id, query, raw.url, ofProject(id, query.scope));
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/varsets',
      summary: 'List the variable sets that reach a workspace',
      access: 'account',
      permission: 'workspace:read',
      answers: { 200: pagedListOf(VariableSetSchema) },
      params: IdParams,
      query: WorkspaceSetsQuery,
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id);
        const narrow = reachingWorkspace(workspace);
        return await answerList(caller, workspace.organization_id, query, raw.url, narrow);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/applicable-varsets',
      summary: 'List the variable sets that a workspace does not get yet and could be given',
      access: 'account',
      permission: 'workspace:read',
      answers: { 200: pagedListOf(VariableSetSchema) },
      params: IdParams,
      query: SearchQuery,
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id);
        return await answerList(caller, workspace.organization_id, query, raw.url, applicableTo(workspace));
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/varsets/:id',
      summary: 'Read a variable set',
      access: 'account',
      permission: setPermission('read'),
      answers: { 200: documentOf(VariableSetSchema) },
      params: IdParams,
      query: IncludeQuery,
      handle: async ({ caller, params, query }) =>
        await answerOne(caller, await readSet(platform, caller, params.id, 'read'), 200, query.include),
    }),
    ...(['PATCH', 'PUT', 'POST'] as const).map((method) =>
      endpoint({
        method,
        url: '/api/v2/varsets/:id',
        summary: 'Change a variable set: only what is given',
        access: 'account',
        permission: setPermission('write'),
        answers: { 200: documentOf(VariableSetSchema) },
        params: IdParams,
        query: IncludeQuery,
        body: UpdateBody,
        handle: async ({ caller, params, query, body }: UpdateRequest) => {
          const set = await readSet(platform, caller, params.id, 'write');
          const { attributes, relationships } = body.data;
          const changed = await updateSet(platform, caller, set, attributes ?? {}, relationships);
          return await answerOne(caller, changed, 200, query.include);
        },
      }),
    ),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/varsets/:id',
      summary: 'Delete a variable set with its variables',
      access: 'account',
      permission: setPermission('write'),
      answers: { 204: nothing },
      params: IdParams,
      handle: async ({ caller, params }) => {
        await deleteSet(platform, caller, await readSet(platform, caller, params.id, 'write'));
        return { status: 204 };
      },
    }),
    ...(['workspaces', 'projects'] as const).flatMap((kind) =>
      (
        [
          ['POST', 'add'],
          ['DELETE', 'remove'],
        ] as const
      ).map(([method, action]) =>
        endpoint({
          method,
          url: `/api/v2/varsets/:id/relationships/${kind}`,
          summary: action === 'add' ? `Give a variable set to ${kind}` : `Take a variable set from ${kind}`,
          access: 'account',
          permission: setPermission('write'),
          answers: { 204: nothing },
          params: IdParams,
          body: ScopeBody,
          bodyType: kind,
          handle: async ({ caller, params, body }: ScopeRequest) => {
            const set = await readSet(platform, caller, params.id, 'write');
            const ids = body.data.map(({ id }) => id);
            await changeScopes(platform, caller, set, kind, action, ids);
            return { status: 204 };
          },
        }),
      ),
    ),
  ];
}

interface UpdateRequest {
  caller: Caller;
  params: { id: string };
  query: z.output<typeof IncludeQuery>;
  body: z.output<typeof UpdateBody>;
}

interface ScopeRequest {
  caller: Caller;
  params: { id: string };
  body: z.output<typeof ScopeBody>;
}
