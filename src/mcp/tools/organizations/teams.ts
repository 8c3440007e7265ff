import * as z from 'zod';
import { deleteTool } from '../../tool/delete-tool.ts';
import type { Failure } from '../../answer/failure.ts';
import { attributesOf, Ids, OrganizationName, paging, paramsOf, toolInput } from '../../tool/inputs.ts';
import { reportFacts } from '../../answer/report.ts';
import { changeTool, listTool } from '../../tool/resource-tool.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { quoteText } from '../../text/untrusted-text.ts';

const toolsets = ['access'] as const;
const TeamName = z.string().min(1).max(90);
const settings = {
  visibility: z.enum(['secret', 'organization']).optional(),
  organization_access: z
    .record(z.string(), z.boolean())
    .optional()
    .describe('What members may do, e.g. {"manage-workspaces": true}'),
};
const team = ({ team_id }: { team_id: string }): string => `team ${team_id}`;
const Usernames = z.array(z.string().min(1).max(100)).max(100).default([]);

export const teamTools: readonly Tool[] = [
  listTool({
    name: 'list_teams',
    title: 'List teams',
    description: 'Lists the teams of an organization that you may see. q finds a part of the name.',
    toolsets,
    input: toolInput('list_teams', {
      organization: OrganizationName,
      ...paging,
      q: z.string().max(90).optional(),
    }),
    subject: ({ organization }) => `organization ${organization}`,
    rows: ({ organization }) => `teams of organization ${organization}`,
    list: ({ organization, page_number: pageNumber, page_size: pageSize, q }, { client, signal }) =>
      client.teams.list(organization, { pageNumber, pageSize, signal, ...(q === undefined ? {} : { q }) }),
  }),
  changeTool({
    name: 'create_team',
    title: 'Create team',
    description: 'Creates a team in an organization, without members and without access to workspaces.',
    toolsets,
    isDestructive: false,
    input: toolInput('create_team', {
      organization: OrganizationName,
      name: TeamName,
      params: paramsOf(settings).optional(),
    }),
    subject: ({ name, organization }) => `team ${name} of organization ${organization}`,
    done: 'Created',
    change: ({ organization, name, params }, { client, signal }) =>
      client.teams.create(organization, { ...attributesOf(params), name }, { signal }),
  }),
  changeTool({
    name: 'update_team',
    title: 'Update team',
    description: 'Changes a team: exactly what params names.',
    toolsets,
    input: toolInput('update_team', {
      team_id: Ids.team,
      params: paramsOf({ name: TeamName.optional(), ...settings }),
    }),
    subject: team,
    done: 'Updated',
    change: ({ team_id, params }, { client, signal }) =>
      client.teams.update(team_id, attributesOf(params), { signal }),
  }),
  defineTool({
    name: 'change_team_members',
    title: 'Change team members',
    description: 'Adds users to a team and removes users from it, by username. Asks for approval.',
    kind: 'write',
    toolsets,
    isIdempotent: true,
    input: toolInput('change_team_members', { team_id: Ids.team, add: Usernames, remove: Usernames }),
    subject: team,
    async handle({ team_id, add, remove }, context) {
      if (add.length + remove.length === 0) return { failure: NAMES_NOBODY };
      const { client, signal } = context;
      const { name } = (await client.teams.read(team_id, { signal })).attributes;
      const request = {
        tool: 'change_team_members',
        subject: `team ${team_id}`,
        title: `Change who is in team ${team_id}?`,
        facts: [`name: ${quoted([name])}`, `adds: ${quoted(add)}`, `removes: ${quoted(remove)}`],
        boundTo: { team_id, name, add, remove },
      };
      return guarded(request, context.approval, async () => {
        if (add.length > 0) await client.teams.addUsers(team_id, add, { signal });
        if (remove.length > 0) await client.teams.removeUsers(team_id, remove, { signal });
        return reportFacts(
          `Changed who is in team ${team_id}.`,
          { team_id, name, added: add, removed: remove },
          null,
        );
      });
    },
  }),
  deleteTool({
    name: 'delete_team',
    title: 'Delete team',
    description:
      'Deletes a team; its members lose what it let them do, and its tokens end. Asks for approval.',
    toolsets,
    input: toolInput('delete_team', { team_id: Ids.team }),
    subject: team,
    loss: async ({ team_id }, { client, signal }) => {
      const { attributes } = await client.teams.read(team_id, { signal });
      return { name: attributes.name, members: attributes['users-count'] ?? null };
    },
    remove: ({ team_id }, { client, signal }) => client.teams.delete(team_id, { signal }),
  }),
];

const NAMES_NOBODY: Failure = {
  code: 'invalid_argument',
  happened: 'neither add nor remove names anybody, so nothing was sent to the server.',
  next: 'call again with the usernames in add or remove.',
};

const quoted = (names: readonly string[]): string =>
  names.length === 0 ? 'nobody' : names.map((each) => quoteText(each, 100)).join(', ');
