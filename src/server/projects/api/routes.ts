import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, relationship } from '../../http/json-api.ts';
import { includeOf, oneOf, sortOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { BindingData, toBindings } from '../../tags/bindings.ts';
import { readTagFilters } from '../../tags/tag-filters.ts';
import { moveWorkspaces } from '../../workspaces/move.ts';
import { NewProjectAttributes, ProjectChange } from '../attributes.ts';
import { describeProjects } from '../../includes/with-projects.ts';
import { ProjectSchema } from '../document.ts';
import {
  createProject,
  deleteProject,
  listProjects,
  readProject,
  updateProject,
  type Project,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });

const Related = z
  .object({
    'tag-bindings': z.object({ data: BindingData.nullish() }).nullish(),
    'default-agent-pool': relationship,
  })
  .nullish();
const CreateBody = document(NewProjectAttributes, Related);
const UpdateBody = document(ProjectChange.nullish(), Related);
const MoveBody = z.object({
  data: z
    .array(z.object({ id: z.string().max(100) }), { error: 'must be a list of workspaces' })
    .max(100, 'must name at most 100 workspaces'),
});

const IncludeQuery = z.object({ include: includeOf(['effective_tag_bindings', 'organization']) });
/** Loose for filters by tags, of which there may be many. */
const ListQuery = PageQuery.extend({
  ...IncludeQuery.shape,
  q: z.string().optional(),
  'filter[names]': z.string().optional(),
  'filter[permissions][create-workspace]': oneOf('true', 'false'),
  'filter[permissions][update]': oneOf('true', 'false'),
  sort: sortOf('name'),
}).loose();

/** The permissions of the caller by which lists can be filtered. */
const PROJECT_RIGHTS = ['create-workspace', 'update'] as const;

/** The pool may be named as an attribute or as a relationship. */
const withPool = <Attributes extends ProjectChange>(
  attributes: Attributes,
  relationships: z.output<typeof Related>,
): Attributes => {
  const id = relationships?.['default-agent-pool']?.data?.id;
  return id === undefined ? attributes : { ...attributes, 'default-agent-pool-id': id };
};

export function projectEndpoints(platform: Platform): Endpoint<Caller>[] {
  const answer = async (
    caller: Caller,
    project: Project,
    { status = 200, include }: { status?: number; include?: string | undefined } = {},
  ): Promise<Answer> => {
    const { data, ...more } = await describeProjects(platform, caller, [project], include);
    return { status, body: { data: data[0], ...more } };
  };
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/projects',
      summary: 'Create a project',
      example: {
        data: { type: 'projects', attributes: { name: 'network', description: 'Whatever carries packets' } },
      },
      access: 'account',
      permission: 'organization:manage-projects',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(ProjectSchema) },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const { attributes, relationships } = body.data;
        const bindings = toBindings(relationships?.['tag-bindings']?.data ?? []);
        const project = await createProject(
          platform,
          caller,
          organization.id,
          withPool(attributes, relationships),
          bindings,
        );
        return await answer(caller, project, { status: 201 });
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/projects',
      summary: 'List the projects of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(ProjectSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const organization = await readOrganization(view, caller, params.organization);
          const names = (query['filter[names]'] ?? '').split(',').map((name) => name.trim());
          const search = {
            part: query.q ?? '',
            names: names.filter((name) => name !== ''),
            tagged: readTagFilters(query),
            rights: PROJECT_RIGHTS.filter((right) => query[`filter[permissions][${right}]`] === 'true'),
            descending: query.sort === '-name',
          };
          const page = pageOf(query);
          const { projects, totalCount } = await listProjects(view, caller, organization.id, search, page);
          const described = await describeProjects(view, caller, projects, query.include);
          return { status: 200, body: { ...described, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/projects/:id',
      summary: 'Read a project',
      access: 'account',
      permission: 'project:read',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(ProjectSchema) },
      handle: async ({ caller, params, query }) =>
        await answer(caller, await readProject(platform, caller, params.id), query),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/projects/:id',
      summary: 'Change a project',
      access: 'account',
      permission: 'project:update',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(ProjectSchema) },
      handle: async ({ caller, params, body }) => {
        const { attributes, relationships } = body.data;
        const given = relationships?.['tag-bindings']?.data;
        const bindings = given ? toBindings(given) : undefined;
        return await answer(
          caller,
          await updateProject(
            platform,
            caller,
            params.id,
            withPool(attributes ?? {}, relationships),
            bindings,
          ),
        );
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/projects/:id',
      summary: 'Delete a project that has no workspaces',
      access: 'account',
      permission: 'project:delete',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteProject(platform, caller, params.id);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/projects/:id/relationships/workspaces',
      summary: 'Move workspaces into a project',
      access: 'account',
      permission: 'project:move-workspace',
      params: IdParams,
      body: MoveBody,
      bodyType: 'workspaces',
      answers: { 204: nothing, 403: refusal },
      handle: async ({ caller, params, body }) => {
        const ids = body.data.map(({ id }) => id);
        await moveWorkspaces(platform, caller, params.id, ids);
        return { status: 204 };
      },
    }),
  ];
}
