import * as z from 'zod';
import type { Failure } from '../../answer/failure.ts';
import { Ids, OrganizationName, toolInput } from '../../tool/inputs.ts';
import { reportResource } from '../../answer/report.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool } from '../../tool/tool.ts';
import { quoteText } from '../../text/untrusted-text.ts';

const workspaceIds = z.array(Ids.workspace).max(100).optional();

/** The agents of a workspace see its secrets, so a person has to agree to a change of them. */
export const setAgentPool = defineTool({
  name: 'set_agent_pool',
  title: 'Set agent pool',
  description:
    'Creates an agent pool, or changes that of agent_pool_id: exactly what is named; a list replaces ' +
    'the one before. Asks for approval.',
  kind: 'write',
  toolsets: ['access'],
  input: toolInput('set_agent_pool', {
    organization: OrganizationName.optional(),
    agent_pool_id: Ids.agentPool.optional(),
    name: z.string().min(1).max(90).optional(),
    organization_scoped: z.boolean().optional(),
    allowed_workspace_ids: workspaceIds,
    allowed_project_ids: z.array(Ids.project).max(100).optional(),
    excluded_workspace_ids: workspaceIds,
  }),
  subject: ({ agent_pool_id, name }) => `agent pool ${agent_pool_id ?? quoteText(name ?? '?', 90)}`,
  async handle({ organization, agent_pool_id: id, name, ...scope }, context) {
    const isNew = organization !== undefined;
    if (isNew === (id !== undefined) || (isNew && name === undefined)) return { failure: NAMES_NO_POOL };
    const fields = {
      ...(name === undefined ? {} : { name }),
      ...(scope.organization_scoped === undefined
        ? {}
        : { 'organization-scoped': scope.organization_scoped }),
      ...(scope.allowed_workspace_ids && { allowedWorkspaces: scope.allowed_workspace_ids }),
      ...(scope.allowed_project_ids && { allowedProjects: scope.allowed_project_ids }),
      ...(scope.excluded_workspace_ids && { excludedWorkspaces: scope.excluded_workspace_ids }),
    };
    const request = {
      tool: 'set_agent_pool',
      subject: id ?? `organization ${organization ?? ''}`,
      title: isNew
        ? `Create an agent pool in organization ${organization}?`
        : `Change agent pool ${id ?? ''}?`,
      facts: Object.entries({ name, ...scope }).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}: ${quoteText(String(value), 200)}`],
      ),
      boundTo: { organization, id, fields },
    };
    return guarded(request, context.approval, async () => {
      const { client, signal } = context;
      const pool = isNew
        ? await client.agentPools.create(organization, { ...fields, name: name ?? '' }, { signal })
        : await client.agentPools.update(id ?? '', fields, { signal });
      return reportResource(`${isNew ? 'Created' : 'Changed'} agent pool ${pool.id}.`, pool, context);
    });
  },
});

const NAMES_NO_POOL: Failure = {
  code: 'invalid_argument',
  happened: 'it is either organization and name, or agent_pool_id; nothing was sent to the server.',
  next: 'call again with organization and name to create a pool, or with agent_pool_id to change one.',
};
