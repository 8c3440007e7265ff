/** docs/permissions.md, made of the routes and of who may: `npm run docs` writes it. */
import type { Platform } from '../../src/server/context.ts';
import {
  ORGANIZATION_PERMISSIONS,
  PROJECT_PERMISSIONS,
  WORKSPACE_PERMISSIONS,
  wordsAskedFor,
  type Permission,
} from '../../src/server/http/permission.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { isAllowed, nameOf, STANDINGS, type Standing } from './standings.ts';

const isFlag = (standing: Standing): boolean => standing.kind === 'organization-access';
const ON_ROUTES = STANDINGS.filter(
  (standing) => !isFlag(standing) && !['agent-token', 'task-token', 'stranger'].includes(standing.kind),
);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]): string[] => [row(cells), row(cells.map(() => '---'))];
const mark = (allowed: boolean): string => (allowed ? 'x' : '');

export function permissionsPage(): string {
  // Endpoints are data: next to nothing of the platform is used before one is called.
  const endpoints = allEndpoints({ limits: {} } as Platform).filter(({ access }) => access === 'account');
  const words: Permission[] = [
    ...WORKSPACE_PERMISSIONS.map((word) => `workspace:${word}` as const),
    ...PROJECT_PERMISSIONS.map((word) => `project:${word}` as const),
    ...ORGANIZATION_PERMISSIONS.map((word) => `organization:${word}` as const),
  ];
  return [
    INTRODUCTION,
    ...head(['Route', 'Asks for', ...ON_ROUTES.map(nameOf)]),
    ...endpoints.flatMap(({ method, url, permission }) =>
      permission === undefined
        ? []
        : wordsAskedFor(permission).map(([owner, word]) =>
            row([
              `\`${method} ${url.replace('/api/v2', '')}\`${owner === null ? '' : ` of ${owner}`}`,
              word,
              ...ON_ROUTES.map((standing) => mark(isAllowed(standing, word))),
            ]),
          ),
    ),
    '',
    FLAGS,
    ...head(['Flag', 'Brings']),
    ...STANDINGS.filter(isFlag).map((standing) =>
      row([`\`${nameOf(standing)}\``, words.filter((word) => isAllowed(standing, word)).join(', ')]),
    ),
    '',
  ].join('\n');
}

const INTRODUCTION = `# Who may do what

This page is made of the same data that the server decides by: \`npm run docs\` writes it, and a test fails
when it is out of date. \`test/server/permissions.test.ts\` tries every route as everybody in it.

Every route of the API asks for one permission, or for one that depends on what owns the thing: a row for each. Who lacks it gets 404, as for something that is not there. Permissions
come from teams: a team has a level of access to single workspaces (read, plan, write, admin, custom) and to projects,
where it counts for every workspace in them (read, write, maintain, admin, custom), and flags that count in the whole
organization. Members of the owners team may do everything, members without a team nothing but see that the
organization is there. A custom level is shown here with nothing set. A team's token may do what its team may; it is
shown with write access to a workspace. An organization's token may do what owners may, except what must have a person
or a team behind it: runs, configurations, states, locks, and the JSON of plans. Routes that ask for \`team:…\` are
shown for a secret team of others, those that ask for \`token\` for an organization's token, and those that ask for
\`self\` for the caller's own things.

## What a level means in effect

- **To plan is to run code.** A plan runs the providers, data sources and scripts of the configuration with all variables of
  the workspace. So whoever may plan (\`plan-runs\`) can read every sensitive variable and the whole state, whatever else the
  level says: a custom level with \`runs: plan\`, \`variables: none\` and \`state-versions: none\` hides them from the API, and
  from nobody who writes a configuration. Give it only to those who may know them.
- **To write variables is to run code** as well: environment variables are read by the engine and by providers.
- **To apply is to approve.** A run goes on to its apply without a confirmation only when whoever asked for it and whoever
  uploaded its configuration may apply, by whichever way it came: its own \`auto-apply\`, the workspace's, an upload that queues
  runs, an empty apply, a run trigger, the terraform CLI, an agent over MCP. Otherwise it waits for somebody who may
  (\`docs/adr/0081\`). \`test/server/doors.test.ts\` tries every way as everybody.

- **Nobody hands on more than they have.** Whoever manages members or teams adds people only to teams that may do no more than
  they may themselves, and takes tokens of no other team: 403. Owners hand on everything. \`manage-organization-access\` changes
  what teams may do in the organization, so it amounts to everything but being an owner.
- **A token outlives no token it was made with.** Left out, its end is that of its maker; a later one is refused.
- **Nobody is put into an organization unasked.** \`POST /organizations/:organization/organization-memberships\` invites an e-mail
  address. A user who is there already finds the invitation in \`GET /organization-memberships\` and accepts it with
  \`POST /organization-memberships/:id/actions/accept\`, or declines it with \`DELETE\`; a user whom the invitation made is in by
  coming with the first token, which a site administrator makes. By name, teams take only members; a site administrator may
  bring in anybody.
- **Of others, people see the name.** The e-mail address is shown to those who manage members of an organization that both are
  in; who administers the site, and an address that is not confirmed, only to the user and to site administrators.

## Routes

`;

const FLAGS = `## Organization access of a team

What a flag brings to each member of the team, beside being a member.

`;
