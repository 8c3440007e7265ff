import { includedOf, relatedId, type ListDocument, type Resource } from '@runwright/client';
import * as z from 'zod';
import type { Failure } from '../answer/failure.ts';
import { Ids, OrganizationName, toolInput, wholePaging } from '../tool/inputs.ts';
import { pageOfWhole } from '../answer/list-page.ts';
import { personText, throughAgent } from '../reading/people.ts';
import { reportList } from '../answer/report.ts';
import { defineTool } from '../tool/tool.ts';
import type { ToolContext } from '../tool/tool-context.ts';

const OWNERS = [
  ...(['run_id', 'workspace_id', 'project_id', 'team_id', 'organization', 'agent_pool_id'] as const),
  'provider_store_id',
] as const;
type Owner = (typeof OWNERS)[number];
type Page = {
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly signal?: AbortSignal | undefined;
};
type List = (
  id: string,
  page: Page,
  context: ToolContext,
  owner: Owner,
) => Promise<ListDocument<Resource<unknown>>>;

const SUBSCRIBERS: Readonly<Partial<Record<Owner, 'workspaces' | 'projects' | 'teams'>>> = {
  project_id: 'projects',
  team_id: 'teams',
};

/** The lists, their owners, and their calls. Addresses for messages are left out: those of chats are credentials. */
const RELATED = {
  run_events: [['run_id'], async (id, _page, context) => withActors(id, context)],
  policy_checks: [['run_id'], (id, page, { client }) => client.policyChecks.ofRun(id, page)],
  task_stages: [['run_id'], (id, page, { client }) => client.taskStages.ofRun(id, page)],
  workspace_tasks: [['workspace_id'], (id, page, { client }) => client.workspaceTasks.list(id, page)],
  configuration_versions: [
    ['workspace_id'],
    (id, page, { client }) => client.configurationVersions.list(id, page),
  ],
  variables_in_force: [
    ['workspace_id'],
    (id, { signal }, { client }) => client.variables.listAll(id, { signal }),
  ],
  variable_sets: [
    ['workspace_id', 'project_id'],
    (id, page, { client: { variableSets } }, owner) =>
      owner === 'project_id' ? variableSets.ofProject(id, page) : variableSets.ofWorkspace(id, page),
  ],
  tags: [['workspace_id'], (id, page, { client }) => client.workspaces.tags(id, page)],
  tags_in_force: [
    ['workspace_id', 'project_id'],
    (id, { signal }, { client }, owner) =>
      (owner === 'project_id' ? client.projects : client.workspaces).effectiveTagBindings(id, { signal }),
  ],
  tag_bindings: [['workspace_id'], (id, page, { client }) => client.workspaces.tagBindings(id, page)],
  run_triggers_in: [['workspace_id'], (id, page, { client }) => client.runTriggers.list(id, 'inbound', page)],
  run_triggers_out: [
    ['workspace_id'],
    (id, page, { client }) => client.runTriggers.list(id, 'outbound', page),
  ],
  state_readers: [
    ['workspace_id'],
    (id, page, { client }) => client.workspaces.remoteStateConsumers(id, page),
  ],
  notifications: [
    ['workspace_id', 'project_id', 'team_id'],
    async (id, page, { client }, owner) => {
      const type = SUBSCRIBERS[owner] ?? 'workspaces';
      return withoutAddresses(await client.notificationConfigurations.list({ type, id }, page));
    },
  ],
  run_queue: [['organization'], (name, page, { client }) => client.organizations.runQueue(name, page)],
  agent_pools: [['organization'], (name, page, { client }) => client.agentPools.list(name, page)],
  policy_sets: [['organization'], (name, page, { client }) => client.policySets.list(name, page)],
  price_books: [['organization'], (name, page, { client }) => client.priceBooks.list(name, page)],
  run_tasks: [
    ['organization'],
    async (name, page, { client }) => withoutAddresses(await client.runTasks.list(name, page)),
  ],
  organization_tags: [['organization'], (name, page, { client }) => client.organizations.tags(name, page)],
  ssh_keys: [['organization'], (name, page, { client }) => client.sshKeys.list(name, page)],
  agents: [['agent_pool_id'], (id, page, { client }) => client.agentPools.agents(id, page)],
  provider_stores: [['agent_pool_id'], (id, page, { client }) => client.providerStores.listOfPool(id, page)],
  kept_providers: [['provider_store_id'], (id, page, { client }) => client.providerStores.list(id, page)],
  provider_orders: [
    ['provider_store_id'],
    (id, page, { client }) => client.providerStores.listOrders(id, page),
  ],
} as const satisfies Readonly<Record<string, readonly [readonly Owner[], List]>>;

export const RELATED_KINDS = Object.keys(RELATED) as (keyof typeof RELATED)[];

export const listRelated = defineTool({
  name: 'list_related',
  title: 'List what belongs to something',
  description:
    'Lists what belongs to a run (run_events: who did what), workspace, project, team, organization, agent pool or ' +
    'store of providers: give the one id.',
  kind: 'read',
  toolsets: ['workspaces'],
  input: toolInput('list_related', {
    what: z.enum(RELATED_KINDS),
    run_id: Ids.run.optional(),
    workspace_id: Ids.workspace.optional(),
    project_id: Ids.project.optional(),
    team_id: Ids.team.optional(),
    organization: OrganizationName.optional(),
    agent_pool_id: Ids.agentPool.optional(),
    provider_store_id: Ids.providerStore.optional(),
    ...wholePaging,
  }),
  subject: ({ what, ...ids }) => `${wordsOf(what)} of ${givenOwner(ids)?.[1] ?? '?'}`,
  async handle({ what, page_number, page_size, skip, ...ids }, context) {
    const [owners, list]: readonly [readonly Owner[], List] = RELATED[what];
    const given = givenOwner(ids);
    if (given === undefined || !owners.includes(given[0])) return { failure: needsOwner(what, owners) };
    const [owner, id] = given;
    const { signal } = context;
    const page = await list(id, { pageNumber: page_number, pageSize: page_size, signal }, context, owner);
    return reportList(`${wordsOf(what)} of ${id}`, pageOfWhole(page, { page_number, page_size }), context, {
      again: { tool: 'list_related', arguments: { what, [owner]: id, page_number, page_size } },
      skip,
    });
  },
});

const wordsOf = (what: string): string => what.replaceAll('_', ' ');

/** The one given owner; undefined when none or several are given. */
function givenOwner(ids: Readonly<Partial<Record<Owner, unknown>>>): [Owner, string] | undefined {
  const given = OWNERS.filter((owner) => ids[owner] !== undefined);
  const [owner] = given;
  return owner === undefined || given.length > 1 ? undefined : [owner, String(ids[owner])];
}

const needsOwner = (what: string, owners: readonly Owner[]): Failure => ({
  code: 'invalid_argument',
  happened: `${what} are listed by ${owners.join(' or ')} and nothing else, so nothing was sent to the server.`,
  next: `call again with ${owners.join(' or ')} alone.`,
});

/** Events with the name of the person or program that caused each. */
async function withActors(
  runId: string,
  { client, signal }: ToolContext,
): Promise<ListDocument<Resource<unknown>>> {
  const { data, included = [] } = await client.runs.events(runId, { include: ['actor'], signal });
  return {
    data: data.map((event) => {
      const actor = relatedId(event, 'actor');
      const by =
        actor === undefined
          ? null
          : throughAgent(
              personText(actor, includedOf({ data: event, included }, 'actor')),
              event.attributes.agent,
            );
      return { ...event, attributes: { ...event.attributes, by } };
    }),
  };
}

function withoutAddresses(page: ListDocument<Resource<unknown>>): ListDocument<Resource<unknown>> {
  return {
    ...page,
    data: page.data.map((resource) => {
      const { url: _, ...attributes } = (resource.attributes ?? {}) as Record<string, unknown>;
      return { ...resource, attributes };
    }),
  };
}
