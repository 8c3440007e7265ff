import { ApiError } from '@runwright/client';
import { everyPage } from '../../reading/every-page.ts';
import { toolInput } from '../../tool/inputs.ts';
import { reportFacts } from '../../answer/report.ts';
import { describeGates } from '../../safety/gates.ts';
import { isAllowed } from '../../safety/organizations.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';

const MAX_ORGANIZATIONS = 20;
const MAX_PAGES = 10;

export const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Whose token this is, which organizations it sees, which server this is, and what this MCP server forbids.',
  kind: 'read',
  toolsets: ['core', 'orgs'],
  input: toolInput('whoami', {}),
  subject: () => 'your account',
  async handle(_, context) {
    const { client, signal, gates, approval } = context;
    const [account, organizations, server] = await Promise.all([
      client.account.details({ signal }),
      organizationNames(context),
      client.ping({ signal }),
    ]);
    const { username, email } = account.attributes;
    const summary = {
      id: account.id,
      username,
      email: email ?? null,
      organizations: organizations.slice(0, MAX_ORGANIZATIONS),
      organization_count: organizations.length,
      address: client.address,
      server: server.name ?? server.appName ?? 'unknown',
      server_version: server.version ?? null,
      api_version: server.apiVersion ?? null,
      approval: approval.approvals.mode,
      gates: describeGates(gates),
    };
    return reportFacts(`You are ${JSON.stringify(username)}.`, summary, {
      id: account.id,
      type: account.type,
    });
  },
});

async function organizationNames({ client, signal, gates }: ToolContext): Promise<string[]> {
  try {
    const { data } = await everyPage(MAX_PAGES, (pageNumber) =>
      client.organizations.list({ pageNumber, pageSize: 100, signal }),
    );
    const names = data.map(({ attributes }) => attributes.name);
    const { organizations: allowed } = gates;
    return allowed === undefined ? names : names.filter((name) => isAllowed(name, allowed));
  } catch (error) {
    // Some kinds of token cannot list organizations; their identity is still shown.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return [];
    throw error;
  }
}
