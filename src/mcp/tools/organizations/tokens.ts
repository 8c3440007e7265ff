import type { ListDocument, Token } from '@runwright/client';
import { deleteTool } from '../../tool/delete-tool.ts';
import type { Failure } from '../../answer/failure.ts';
import { Ids, OrganizationName, paging, toolInput } from '../../tool/inputs.ts';
import { reportList } from '../../answer/report.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';

const toolsets = ['access'] as const;

interface Owner {
  readonly organization?: string | undefined;
  readonly team_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly agent_pool_id?: string | undefined;
}
type Page = {
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly signal?: AbortSignal | undefined;
};

/** The list for the one given owner; undefined when none or several are given. */
function tokensOf(
  owner: Owner,
  page: Page,
  { client }: ToolContext,
): Promise<ListDocument<Token>> | undefined {
  const { organization, team_id: team, user_id: user, agent_pool_id: pool } = owner;
  if (Object.values(owner).filter((id) => id !== undefined).length !== 1) return undefined;
  if (team !== undefined) return client.tokens.ofTeam.list(team, page);
  if (user !== undefined) return client.tokens.ofUser.list(user, page);
  if (pool !== undefined) return client.tokens.ofAgentPool.list(pool, page);
  return client.tokens.ofTeams(organization ?? '', page);
}

const NAMES_NO_OWNER: Failure = {
  code: 'invalid_argument',
  happened:
    'tokens are listed of one user, team or agent pool, or of all teams of an organization, so nothing was sent to the server.',
  next: 'call again with exactly one of user_id (whoami has your own), team_id, agent_pool_id and organization.',
};

/** No tool makes a token: its secret would be in the answer. People make tokens on the server's page. */
export const tokenTools: readonly Tool[] = [
  defineTool({
    name: 'list_tokens',
    title: 'List tokens',
    description:
      'Lists tokens, without their secrets, of a user, team, agent pool, or all teams of an organization.',
    kind: 'read',
    toolsets,
    input: toolInput('list_tokens', {
      user_id: Ids.user.optional(),
      team_id: Ids.team.optional(),
      agent_pool_id: Ids.agentPool.optional(),
      organization: OrganizationName.optional(),
      ...paging,
    }),
    subject: ({ user_id, team_id, agent_pool_id, organization }) =>
      `tokens of ${user_id ?? team_id ?? agent_pool_id ?? organization ?? '?'}`,
    async handle({ page_number, page_size, skip, ...owner }, context) {
      const page = { pageNumber: page_number, pageSize: page_size, signal: context.signal };
      const list = tokensOf(owner, page, context);
      if (list === undefined) return { failure: NAMES_NO_OWNER };
      const again = { tool: 'list_tokens', arguments: { ...owner, page_number, page_size } };
      const [id] = Object.values(owner).filter((given) => given !== undefined);
      return reportList(`tokens of ${id ?? '?'}`, await list, context, { again, skip });
    },
  }),
  deleteTool({
    name: 'revoke_token',
    title: 'Revoke token',
    description: 'Ends a token for good: whatever uses it is refused from then on. Asks for approval.',
    toolsets,
    input: toolInput('revoke_token', { token_id: Ids.token }),
    subject: ({ token_id }) => `token ${token_id}`,
    loss: async ({ token_id }, { client, signal }) => {
      const { attributes } = await client.tokens.read(token_id, { signal });
      return {
        description: attributes.description ?? null,
        created_at: attributes['created-at'] ?? null,
        last_used_at: attributes['last-used-at'] ?? null,
      };
    },
    remove: ({ token_id }, { client, signal }) => client.tokens.delete(token_id, { signal }),
  }),
];
