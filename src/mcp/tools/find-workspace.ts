import type { Workspace } from '@runwright/client';
import { didYouMean } from '@runwright/models';
import { z } from 'zod';
import { OrganizationName, toolInput } from '../inputs.ts';
import { reportFacts } from '../report.ts';
import { isAllowed } from '../safety/organizations.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';
import { cleanText } from '../untrusted-text.ts';

const SHOWN = 10;
const MAX_ORGANIZATIONS = 20;

interface Match {
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly locked: boolean;
}

export const findWorkspace = defineTool({
  name: 'find_workspace',
  title: 'Find workspace',
  description:
    'Finds workspaces by a part of their name, best match first, in one organization or in all that you can see.',
  kind: 'read',
  toolsets: ['core', 'workspaces'],
  input: toolInput('find_workspace', {
    query: z.string().min(1).max(200),
    organization: OrganizationName.optional(),
  }),
  subject: ({ query }) => `workspaces like ${JSON.stringify(cleanText(query, 80))}`,
  async handle({ query, organization }, context) {
    const organizations = organization === undefined ? await visibleOrganizations(context) : [organization];
    const searched = organizations.slice(0, MAX_ORGANIZATIONS);
    const found = (await Promise.all(searched.map((name) => searchIn(name, query, context)))).flat();
    const matches = found.sort((a, b) => rank(a.name, query) - rank(b.name, query)).slice(0, SHOWN);
    const [best] = matches;
    const summary = { query, found: found.length, best_id: best?.id ?? null, searched: searched.length };
    const report = reportFacts(`${String(found.length)} workspaces match.`, summary, matches, {
      warnings:
        organizations.length > searched.length
          ? [`Only the first ${String(MAX_ORGANIZATIONS)} organizations were searched: name one.`]
          : [],
      next:
        best === undefined
          ? []
          : [{ tool: 'get_workspace_details', arguments: { workspace_id: best.id }, why: 'the best match' }],
    });
    const lines = matches.map(
      ({ id, name, organization: owner, locked }) =>
        `- ${id} ${cleanText(name, 100)} in ${owner}${locked ? ', locked' : ''}`,
    );
    return { result: report.result, text: [report.text, ...lines].join('\n') };
  },
});

async function visibleOrganizations({ client, signal, gates }: ToolContext): Promise<string[]> {
  const page = await client.organizations.list({ pageSize: 100, signal });
  const names = page.data.map(({ attributes }) => attributes.name);
  const { organizations: allowed } = gates;
  return allowed === undefined ? names : names.filter((name) => isAllowed(name, allowed));
}

/** By what the platform finds; failing that, by a name that is nearly the same. */
async function searchIn(
  organization: string,
  query: string,
  { client, signal }: ToolContext,
): Promise<Match[]> {
  const page = await client.workspaces.list(organization, { search: query, pageSize: 50, signal });
  if (page.data.length > 0) return page.data.map((workspace) => matchOf(workspace, organization));
  const all = await client.workspaces.list(organization, { pageSize: 100, signal });
  const meant = didYouMean(
    query,
    all.data.map(({ attributes }) => attributes.name),
  );
  return all.data
    .filter(({ attributes }) => attributes.name === meant)
    .map((workspace) => matchOf(workspace, organization));
}

function matchOf({ id, attributes }: Workspace, organization: string): Match {
  return { id, name: attributes.name, organization, locked: attributes.locked };
}

function rank(name: string, query: string): number {
  const [have, want] = [name.toLowerCase(), query.toLowerCase()];
  if (have === want) return 0;
  if (have.startsWith(want)) return 1;
  return have.includes(want) ? 2 : 3;
}
