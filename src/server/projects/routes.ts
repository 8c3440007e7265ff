import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { projectRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { documentOf, pagedListOf, Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { document, NoRelationships, IdParams, reference, timestamp } from '../http/json-api.ts';
import type { ProjectPermission } from '../http/permission.ts';
import { pageOf, PageQuery, paginate } from '../http/pagination.ts';
import { readOrganization } from '../organizations/service.ts';
import { createProject, listProjects, readProject, type Project } from './service.ts';

const OrganizationParams = z.object({ organization: z.string() });

const CreateBody = document(
  z.object({
    name: z
      .string()
      .min(3, 'must have at least 3 characters')
      .max(40, 'must have at most 40 characters')
      .regex(/^[A-Za-z0-9 _-]+$/, 'may hold letters, digits, spaces, - and _ only'),
    description: z.string().max(256, 'must have at most 256 characters').nullish(),
  }),
  NoRelationships,
);

const ListQuery = PageQuery.extend({ 'filter[names]': z.string().optional() });

const ProjectSchema = resource(
  'projects',
  { name: z.string(), description: z.string().nullable(), 'created-at': Timestamp, permissions: Permissions },
  { organization: toOne('organizations') },
);

function projectResource(
  project: Project,
  organizationName: string,
  rights: ReadonlySet<ProjectPermission> = new Set(),
) {
  return {
    id: project.id,
    type: 'projects',
    attributes: {
      name: project.name,
      description: project.description,
      'created-at': timestamp(project.created_at),
      permissions: {
        'can-read': rights.has('read'),
        'can-update': rights.has('update'),
        'can-destroy': rights.has('delete') && !project.is_default,
        'can-create-workspace': rights.has('create-workspace'),
        'can-move-workspace': rights.has('move-workspace'),
        'can-read-teams': rights.has('read-teams'),
        'can-manage-teams': rights.has('manage-teams'),
        'can-read-varsets': rights.has('read-variable-sets'),
        'can-manage-varsets': rights.has('write-variable-sets'),
      },
    },
    relationships: { organization: reference('organizations', organizationName) },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}

export function projectEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (caller: Caller, projects: readonly Project[], organizationName: string) => {
    const rights = await projectRights(platform.db, caller, projects);
    return projects.map((project) => projectResource(project, organizationName, rights.get(project.id)));
  };
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/projects',
      summary: 'Create a project',
      access: 'account',
      permission: 'organization:manage-projects',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(ProjectSchema) },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const project = await createProject(platform, caller, organization.id, body.data.attributes);
        const [data] = await describe(caller, [project], organization.name);
        return { status: 201, body: { data } };
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
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const names = (query['filter[names]'] ?? '').split(',').filter((name) => name !== '');
        const page = pageOf(query);
        const { projects, totalCount } = await listProjects(platform, caller, organization.id, names, page);
        const data = await describe(caller, projects, organization.name);
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/projects/:id',
      summary: 'Read a project',
      access: 'account',
      permission: 'project:read',
      params: IdParams,
      answers: { 200: documentOf(ProjectSchema) },
      handle: async ({ caller, params }) => {
        const project = await readProject(platform, caller, params.id);
        const organization = await platform.db
          .selectFrom('organization')
          .select('name')
          .where('id', '=', project.organization_id)
          .executeTakeFirstOrThrow();
        const [data] = await describe(caller, [project], organization.name);
        return { status: 200, body: { data } };
      },
    }),
  ];
}
