import { ApiError, type Workspace } from '@runwright/client';
import { didYouMean } from '@runwright/models';
import * as z from 'zod';
import { counted } from '../../text/counted.ts';
import { everyPage } from '../../reading/every-page.ts';
import { OrganizationName, toolInput, WorkspaceName } from '../../tool/inputs.ts';
import { reportFacts } from '../../answer/report.ts';
import { isAllowed } from '../../safety/organizations.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { cleanText } from '../../text/untrusted-text.ts';

const SHOWN = 10;
/** Each organization takes one request, {@link AT_A_TIME} at once. */
const MAX_ORGANIZATIONS = 200;
const AT_A_TIME = 8;
const MAX_PAGES = 10;

interface Match {
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly locked: boolean;
}

export const findWorkspace = defineTool({
  name: 'find_workspace',
  title: 'Find workspace',
  description: 'Finds workspaces by a part of their name, best match first, in one organization or in all.',
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
    const searches: Search[] = [];
    for (let from = 0; from < searched.length; from += AT_A_TIME) {
      const some = searched.slice(from, from + AT_A_TIME);
      searches.push(...(await Promise.all(some.map((name) => searchIn(name, query, context)))));
    }
    const found = searches.flatMap((search) => search.matches);
    const matches = found.sort((a, b) => rank(a.name, query) - rank(b.name, query)).slice(0, SHOWN);
    const [first, second] = matches;
    const isTie =
      first !== undefined && second !== undefined && rank(first.name, query) === rank(second.name, query);
    const best = isTie ? undefined : first;
    const beyond = searches.reduce((sum, search) => sum + search.beyond, 0);
    const summary = {
      query,
      found: found.length + beyond,
      best_id: best?.id ?? null,
      searched: searched.length,
    };
    const headline = `${counted(found.length + beyond, 'workspace')} found.`;
    const report = reportFacts(headline, summary, matches, {
      warnings: [
        ...(organizations.length > searched.length
          ? [`Only the first ${String(MAX_ORGANIZATIONS)} organizations were searched: name one.`]
          : []),
        ...(beyond > 0 ? [`${String(beyond)} more were not looked at: a longer query finds fewer.`] : []),
        ...(isTie ? ['Several match equally well, so none is the best: ask the user which one.'] : []),
      ],
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
  const { data } = await everyPage(MAX_PAGES, (pageNumber) =>
    client.organizations.list({ pageNumber, pageSize: 100, signal }),
  );
  const names = data.map(({ attributes }) => attributes.name);
  const { organizations: allowed } = gates;
  return allowed === undefined ? names : names.filter((name) => isAllowed(name, allowed));
}

interface Search {
  readonly matches: readonly Match[];
  /** The number of further organizations that were not searched. */
  readonly beyond: number;
}

/** Searches with the platform's own search, which includes the exact name; if that finds nothing, by similar names. */
async function searchIn(organization: string, query: string, context: ToolContext): Promise<Search> {
  const { client, signal } = context;
  const { data, beyond } = await everyPage(MAX_PAGES, (pageNumber) =>
    client.workspaces.list(organization, { search: query, pageNumber, pageSize: 100, signal }),
  );
  if (data.length === 0) return searchAlike(organization, query, context);
  const matches = data.map((workspace) => matchOf(workspace, organization));
  if (beyond === 0 || matches.some(({ name }) => name === query)) return { matches, beyond };
  const exact = await readExact(organization, query, context);
  return exact === undefined ? { matches, beyond } : { matches: [exact, ...matches], beyond: beyond - 1 };
}

async function readExact(
  organization: string,
  query: string,
  { client, signal }: ToolContext,
): Promise<Match | undefined> {
  if (!WorkspaceName.safeParse(query).success) return undefined;
  try {
    return matchOf(await client.workspaces.readByName(organization, query, { signal }), organization);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function searchAlike(
  organization: string,
  query: string,
  { client, signal }: ToolContext,
): Promise<Search> {
  const { data: all, beyond } = await everyPage(MAX_PAGES, (pageNumber) =>
    client.workspaces.list(organization, { pageNumber, pageSize: 100, signal }),
  );
  const meant = didYouMean(
    query,
    all.map(({ attributes }) => attributes.name),
  );
  const matches = all
    .filter(({ attributes }) => attributes.name === meant)
    .map((workspace) => matchOf(workspace, organization));
  return { matches, beyond };
}

function matchOf({ id, attributes }: Workspace, organization: string): Match {
  return { id, name: attributes.name, organization, locked: attributes.locked };
}

function rank(name: string, query: string): number {
  if (name === query) return 0;
  const [have, want] = [name.toLowerCase(), query.toLowerCase()];
  if (have === want) return 1;
  if (have.startsWith(want)) return 2;
  return have.includes(want) ? 3 : 4;
}
