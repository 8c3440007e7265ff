import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, parseInclude, relationship } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { isTerraform } from '../../http/terraform-client.ts';
import { readOrganization } from '../../organizations/service.ts';
import { advanceWorkspace } from '../../runs/schedule.ts';
import { safeDeleteWorkspace } from '../../deletion/safe-delete.ts';
import { deleteWorkspace } from '../../deletion/delete-workspace.ts';
import { BindingData, toBindings } from '../../tags/bindings.ts';
import { TagData } from '../../tags/names.ts';
import { NewWorkspaceAttributes, WorkspaceChange } from '../attributes.ts';
import { describeWorkspaces } from '../describe.ts';
import { WorkspaceSchema } from '../document.ts';
import { WORKSPACE_INCLUDES } from '../include-names.ts';
import { includeWithWorkspaces } from '../../includes/with-workspaces.ts';
import { WorkspaceListQuery } from '../list-filters.ts';
import { lockWorkspace, unlockWorkspace } from '../../workspace-locks/lock.ts';
import type { WorkspaceView } from '../queries.ts';
import {
  createWorkspace,
  listWorkspaces,
  readWorkspace,
  readWorkspaceByName,
  updateWorkspace,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const NameParams = z.object({ organization: z.string(), name: z.string() });

const WorkspaceDocument = documentOf(WorkspaceSchema);
const bindings = z.object({ data: BindingData.nullish() }).nullish();
const CreateBody = document(
  NewWorkspaceAttributes,
  z
    .object({
      project: relationship,
      'agent-pool': relationship,
      tags: z.object({ data: TagData.nullish() }).nullish(),
      'tag-bindings': bindings,
    })
    .nullish(),
);
const UpdateBody = document(
  WorkspaceChange.nullish(),
  z.object({ project: relationship, 'agent-pool': relationship, 'tag-bindings': bindings }).nullish(),
);
const IncludeQuery = z.object({ include: includeOf(WORKSPACE_INCLUDES) });
interface ReadRequest {
  caller: Caller;
  params: unknown;
  query: z.output<typeof IncludeQuery>;
  raw: FastifyRequest;
}
const LockBody = z.object({ reason: z.string().max(1000).nullish() }).nullish();

/**
 * The terraform CLI takes a workspace that is locked, while its current run is pending, for one that a person has
 * locked. So for the CLI, a run that waits for a runner does not hold the workspace yet.
 */
const withoutWaitingHolder = (workspace: WorkspaceView): WorkspaceView =>
  workspace.holder_status === 'plan_queued' ? { ...workspace, holder_run_id: null } : workspace;

export function workspaceEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (
    view: Platform,
    caller: Caller,
    workspaces: readonly WorkspaceView[],
    include?: string,
  ) => {
    const names = parseInclude(include);
    const included = await includeWithWorkspaces(view, caller, workspaces, names);
    const data = await describeWorkspaces(view, caller, workspaces);
    return { data, ...(names.length === 0 ? {} : { included }) };
  };
  const answer = async (
    caller: Caller,
    workspace: WorkspaceView,
    { status = 200, include }: { status?: number; include?: string | undefined } = {},
    view = platform,
  ): Promise<Answer> => {
    const { data, ...more } = await describe(view, caller, [workspace], include);
    return { status, body: { data: data[0] ?? refuse('not_found'), ...more } };
  };

  /** The same methods for a workspace by its id and by its organization and name. */
  const forms = [
    {
      url: '/api/v2/workspaces/:id',
      params: IdParams,
      read: async (caller: Caller, params: unknown, view = platform) =>
        await readWorkspace(view, caller, IdParams.parse(params).id),
    },
    {
      url: '/api/v2/organizations/:organization/workspaces/:name',
      params: NameParams,
      read: async (caller: Caller, params: unknown, view = platform) => {
        const { organization, name } = NameParams.parse(params);
        return await readWorkspaceByName(view, caller, organization, name);
      },
    },
  ];

  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/workspaces',
      summary: 'Create a workspace',
      example: {
        data: {
          type: 'workspaces',
          attributes: { name: 'network-prod', 'auto-apply': false, 'terraform-version': '1.11.4' },
          relationships: { project: { data: { type: 'projects', id: 'prj-hwHFKaUJdpAQdMcF' } } },
        },
      },
      access: 'account',
      permission: 'project:create-workspace',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: WorkspaceDocument },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const { attributes, relationships } = body.data;
        const created = await createWorkspace(platform, caller, organization.id, attributes, {
          projectId: relationships?.project?.data?.id,
          agentPoolId: relationships?.['agent-pool']?.data?.id,
          tags: relationships?.tags?.data ?? [],
          bindings: toBindings(relationships?.['tag-bindings']?.data ?? []),
        });
        return await answer(caller, created, { status: 201 });
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/workspaces',
      summary: 'List the workspaces of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: WorkspaceListQuery,
      answers: { 200: pagedListOf(WorkspaceSchema) },
      handle: async ({ caller, params, query, raw }) =>
        await inSnapshot(platform, async (view) => {
          const organization = await readOrganization(view, caller, params.organization);
          const page = pageOf(query);
          const { workspaces, totalCount } = await listWorkspaces(view, caller, organization.id, query, page);
          const described = await describe(view, caller, workspaces, query.include);
          return { status: 200, body: { ...described, ...paginate(raw.url, page, totalCount) } };
        }),
    }),
    ...forms.flatMap(({ url, params, read }) => [
      endpoint({
        method: 'GET',
        url,
        summary: 'Read a workspace',
        access: 'account',
        permission: 'workspace:read',
        params,
        query: IncludeQuery,
        answers: { 200: WorkspaceDocument },
        handle: async ({ caller, params: given, query, raw }: ReadRequest) =>
          await inSnapshot(platform, async (view) => {
            const workspace = await read(caller, given, view);
            const shown = isTerraform(raw.headers) ? withoutWaitingHolder(workspace) : workspace;
            return await answer(caller, shown, query, view);
          }),
      }),
      endpoint({
        method: 'PATCH',
        url,
        summary: 'Change settings of a workspace',
        access: 'account',
        permission: 'workspace:admin',
        params,
        body: UpdateBody,
        answers: { 200: WorkspaceDocument },
        handle: async (request: { caller: Caller; params: unknown; body: z.output<typeof UpdateBody> }) => {
          const workspace = await read(request.caller, request.params);
          const { attributes, relationships } = request.body.data;
          const given = relationships?.['tag-bindings']?.data;
          const updated = await updateWorkspace(platform, request.caller, workspace, attributes ?? {}, {
            projectId: relationships?.project?.data?.id,
            agentPoolId: relationships?.['agent-pool']?.data?.id,
            bindings: given ? toBindings(given) : undefined,
          });
          return await answer(request.caller, updated);
        },
      }),
      endpoint({
        method: 'POST',
        url: `${url}/actions/safe-delete`,
        summary: 'Delete a workspace that manages nothing any more',
        access: 'account',
        permission: 'workspace:delete',
        params,
        answers: { 204: nothing },
        handle: async (request: { caller: Caller; params: unknown }) => {
          await safeDeleteWorkspace(platform, request.caller, await read(request.caller, request.params));
          return { status: 204 };
        },
      }),
      endpoint({
        method: 'DELETE',
        url,
        summary: 'Delete a workspace with its runs and state',
        access: 'account',
        permission: 'workspace:delete',
        params,
        answers: { 204: nothing, 403: refusal },
        handle: async (request: { caller: Caller; params: unknown }) => {
          await deleteWorkspace(platform, request.caller, await read(request.caller, request.params));
          return { status: 204 };
        },
      }),
    ]),
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/actions/lock',
      summary: 'Lock a workspace: its runs wait',
      access: 'account',
      permission: 'workspace:lock',
      params: IdParams,
      body: LockBody,
      answers: { 200: WorkspaceDocument },
      handle: async ({ caller, params, body }) =>
        await answer(caller, await lockWorkspace(platform, caller, params.id, body?.reason ?? null)),
    }),
    ...([false, true] as const).map((force) =>
      endpoint({
        method: 'POST',
        url: `/api/v2/workspaces/:id/actions/${force ? 'force-unlock' : 'unlock'}`,
        summary: force ? "Take another user's lock away" : 'Unlock a workspace: what waited starts',
        access: 'account',
        permission: force ? 'workspace:admin' : 'workspace:lock',
        params: IdParams,
        answers: { 200: WorkspaceDocument },
        handle: async ({ caller, params }: { caller: Caller; params: { id: string } }) =>
          await answer(
            caller,
            await unlockWorkspace(platform, caller, params.id, force, (tx, free) =>
              advanceWorkspace(platform, tx, free),
            ),
          ),
      }),
    ),
  ];
}
