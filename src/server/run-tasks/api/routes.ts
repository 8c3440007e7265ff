import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { refusedBecause } from '../../http/effect.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, relationship } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { describeTasks, TASK_INCLUDES } from '../../includes/with-run-tasks.ts';
import { readOrganization } from '../../organizations/service.ts';
import { LEVELS, RunTaskSchema, STAGES } from '../document.ts';
import {
  createRunTask,
  deleteRunTask,
  listRunTasks,
  readRunTask,
  updateRunTask,
  type RunTask,
  type RunTaskFields,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const name = z
  .string({ error: 'must be a text' })
  .regex(/^[\w-]{1,90}$/, 'may only contain letters, digits, - and _, at most 90');
const url = z.string({ error: 'must be an address' }).max(2_000, 'must have at most 2000 characters');
const fields = {
  description: z.string().max(1_000, 'must have at most 1000 characters').nullish(),
  enabled: z.boolean().nullish(),
  category: z.literal('task', { error: 'must be "task"' }).nullish(),
  'hmac-key': z
    .string()
    .max(1_000, 'must have at most 1000 characters')
    .regex(/^[\x20-\x7e]*$/, 'may only contain ASCII characters')
    .nullish(),
  overridable: z.boolean().nullish(),
  'global-configuration': z
    .object({
      enabled: z.boolean().nullish(),
      stages: z.array(z.enum(STAGES)).max(20).nullish(),
      'enforcement-level': z.enum(LEVELS).nullish(),
    })
    .nullish(),
};
type Given = z.output<ReturnType<typeof z.object<typeof fields>>>;
const byServer = 'the server itself asks the services';
const relations = z
  .object({
    'agent-pool': refusedBecause(
      byServer,
      relationship.refine((pool) => !pool?.data, { error: `cannot be set: ${byServer}` }),
    ),
  })
  .nullish();
const CreateBody = document(z.object({ name, url, ...fields }), relations);
const UpdateBody = document(
  attributesOfChange(z.object({ name: name.optional(), url: url.optional(), ...fields })),
  relations,
);
const IncludeQuery = z.object({ include: includeOf(TASK_INCLUDES) });
const ListQuery = PageQuery.extend(IncludeQuery.shape);

function fieldsOf(given: Given): RunTaskFields {
  const global = given['global-configuration'];
  return {
    description: given.description === null ? '' : given.description,
    enabled: given.enabled ?? undefined,
    overridable: given.overridable ?? undefined,
    hmacKey: given['hmac-key'],
    global: global
      ? {
          enabled: global.enabled ?? undefined,
          stages: global.stages ?? undefined,
          level: global['enforcement-level'] ?? undefined,
        }
      : undefined,
  };
}

/** Services that an organization has registered, to be asked about its runs (api-contract §4.7). */
export function runTaskEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (caller: Caller, task: RunTask, include?: string) => {
    const { data, ...rest } = await describeTasks(platform, caller, [task], include);
    return { data: data[0], ...rest };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/tasks',
      summary: 'List the run tasks of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(RunTaskSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const { tasks, totalCount } = await listRunTasks(platform, organization.id, page);
        const shown = await describeTasks(platform, caller, tasks, query.include);
        return { status: 200, body: { ...shown, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/tasks',
      summary: 'Create a run task; the service of one that is enabled is called first, and must answer 200',
      example: {
        data: {
          type: 'tasks',
          attributes: {
            name: 'scanner',
            url: 'https://scanner.example.com/runs',
            category: 'task',
            enabled: false,
          },
        },
      },
      access: 'account',
      permission: 'organization:manage-run-tasks',
      params: OrganizationParams,
      body: CreateBody,
      answers: { 201: documentOf(RunTaskSchema) },
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(platform.db, caller, id, 'manage-run-tasks');
        const { name: called, url: address, ...given } = body.data.attributes;
        const wanted = { ...fieldsOf(given), name: called, url: address };
        const task = await createRunTask(platform, caller, id, wanted);
        return { status: 201, body: await describe(caller, task) };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/tasks/:id',
      summary: 'Read a run task',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(RunTaskSchema) },
      handle: async ({ caller, params, query }) => {
        const task = await readRunTask(platform, caller, params.id, 'member');
        return { status: 200, body: await describe(caller, task, query.include) };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/tasks/:id',
      summary: 'Change a run task: only what is given; another address or key is verified first',
      access: 'account',
      permission: 'organization:manage-run-tasks',
      params: IdParams,
      body: UpdateBody,
      answers: { 200: documentOf(RunTaskSchema) },
      handle: async ({ caller, params, body }) => {
        const task = await readRunTask(platform, caller, params.id, 'manage-run-tasks');
        const { name: called, url: address, ...given } = body.data.attributes;
        const wanted = { ...fieldsOf(given), name: called, url: address };
        const changed = await updateRunTask(platform, caller, task, wanted);
        return { status: 200, body: await describe(caller, changed) };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/tasks/:id',
      summary: 'Delete a run task, from its workspaces too; what it said of earlier runs stays',
      access: 'account',
      permission: 'organization:manage-run-tasks',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const task = await readRunTask(platform, caller, params.id, 'manage-run-tasks');
        await deleteRunTask(platform, caller, task);
        return { status: 204 };
      },
    }),
  ];
}
