import { includedOf, relatedId, type Membership } from '@runwright/client';
import * as z from 'zod';
import { OrganizationName, paging, toolInput } from '../../tool/inputs.ts';
import { personText } from '../../reading/people.ts';
import { listTool } from '../../tool/resource-tool.ts';
import { readTeam } from '../../reading/team-names.ts';
import type { Tool } from '../../tool/tool.ts';

export const memberTools: readonly Tool[] = [
  listTool({
    name: 'list_organization_members',
    title: 'List organization members',
    description:
      'Lists who is in an organization or invited, with their teams. q finds a part of name or e-mail.',
    toolsets: ['access'],
    input: toolInput('list_organization_members', {
      organization: OrganizationName,
      ...paging,
      q: z.string().max(200).optional(),
    }),
    subject: ({ organization }) => `organization ${organization}`,
    rows: ({ organization }) => `members of organization ${organization}`,
    async list({ organization, page_number: pageNumber, page_size: pageSize, q }, context) {
      const { client, signal } = context;
      const page = await client.memberships.list(organization, {
        pageNumber,
        pageSize,
        include: ['user'],
        signal,
        ...(q === undefined ? {} : { q }),
      });
      const included = page.included ?? [];
      const names = new Map<string, string>();
      const teamsOf = (member: Membership) => [member.relationships?.['teams']?.data ?? []].flat();
      for (const { id } of page.data.flatMap(teamsOf)) {
        if (!names.has(id)) names.set(id, await readTeam(id, context));
      }
      const data = page.data.map((member) => {
        const id = relatedId(member, 'user');
        const user = id === undefined ? null : personText(id, includedOf({ data: member, included }, 'user'));
        return {
          ...member,
          attributes: {
            user,
            ...member.attributes,
            teams: teamsOf(member).map(({ id: team }) => names.get(team) ?? team),
          },
        };
      });
      return { ...page, data };
    },
  }),
];
