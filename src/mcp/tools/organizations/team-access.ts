import { relatedId, type ListDocument, type Resource } from '@runwright/client';
import * as z from 'zod';
import { everyPage } from '../../reading/every-page.ts';
import type { Failure } from '../../answer/failure.ts';
import { Ids, paging, toolInput } from '../../tool/inputs.ts';
import { reportFacts, reportList, reportResource } from '../../answer/report.ts';
import { guarded } from '../../safety/guarded.ts';
import { readTeam, withTeam } from '../../reading/team-names.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';

const toolsets = ['access'] as const;
const MAX_PAGES = 50;
const target = { workspace_id: Ids.workspace.optional(), project_id: Ids.project.optional() };

type Where = { readonly workspace_id?: string | undefined; readonly project_id?: string | undefined };

/** The one given place; undefined when none or both are given. */
function placeOf({ workspace_id, project_id }: Where) {
  if ((workspace_id === undefined) === (project_id === undefined)) return undefined;
  return workspace_id === undefined
    ? ({ kind: 'project', id: project_id ?? '' } as const)
    : ({ kind: 'workspace', id: workspace_id } as const);
}
type Place = NonNullable<ReturnType<typeof placeOf>>;

const subject = ({ workspace_id, project_id }: Where): string =>
  `access to ${workspace_id === undefined ? `project ${project_id ?? '?'}` : `workspace ${workspace_id}`}`;

const NAMES_NO_PLACE: Failure = {
  code: 'invalid_argument',
  happened: 'access is to either a workspace_id or a project_id, so nothing was sent to the server.',
  next: 'call again with exactly one of them.',
};

type Access = Resource<unknown>;

const accessOf = ({ kind }: Place, { client }: ToolContext) =>
  kind === 'workspace' ? client.teamAccess : client.teamProjectAccess;

/** The team's current access there; undefined: it has none of its own. */
async function findAccess(place: Place, teamId: string, context: ToolContext): Promise<Access | undefined> {
  const { data } = await everyPage<Access>(MAX_PAGES, (pageNumber) =>
    accessOf(place, context).list(place.id, { pageNumber, pageSize: 100, signal: context.signal }),
  );
  return data.find((access) => relatedId(access, 'team') === teamId);
}

const levelOf = (access: Access | undefined): unknown =>
  (access?.attributes as { readonly access?: unknown } | undefined)?.access ?? 'none';

export const teamAccessTools: readonly Tool[] = [
  defineTool({
    name: 'list_team_access',
    title: 'List team access',
    description: 'Lists which teams may do what in a workspace or a project. Give one of the two ids.',
    kind: 'read',
    toolsets,
    input: toolInput('list_team_access', { ...target, ...paging }),
    subject,
    async handle({ page_number, page_size, skip, ...where }, context) {
      const place = placeOf(where);
      if (place === undefined) return { failure: NAMES_NO_PLACE };
      const options = { pageNumber: page_number, pageSize: page_size, signal: context.signal };
      const page: ListDocument<Access> = await accessOf(place, context).list(place.id, options);
      const data: Access[] = [];
      for (const access of page.data) data.push(await withTeam(access, context));
      const again = { tool: 'list_team_access', arguments: { ...where, page_number, page_size } };
      return reportList(`teams with ${subject(where)}`, { ...page, data }, context, { again, skip });
    },
  }),
  defineTool({
    name: 'set_team_access',
    title: 'Set team access',
    description:
      'Sets a team’s access to a workspace or project: read, plan, write, admin (project: read, write, ' +
      'maintain, admin). Asks for approval.',
    kind: 'write',
    toolsets,
    isIdempotent: true,
    input: toolInput('set_team_access', {
      team_id: Ids.team,
      ...target,
      access: z.enum(['read', 'plan', 'write', 'maintain', 'admin']),
    }),
    subject,
    async handle({ team_id, access, ...where }, context) {
      const place = placeOf(where);
      if (place === undefined) return { failure: NAMES_NO_PLACE };
      const before = await findAccess(place, team_id, context);
      const team = await readTeam(team_id, context);
      const request = {
        tool: 'set_team_access',
        subject: `team ${team_id}, ${subject(where)}`,
        title: `Give team ${team_id} ${access} ${subject(where)}?`,
        facts: [`team: ${team}`, `until now: ${String(levelOf(before))}`],
        boundTo: { team_id, where, access, before: levelOf(before) },
      };
      return guarded(request, context.approval, async () => {
        const { signal } = context;
        const calls = accessOf(place, context);
        const made: Access =
          before === undefined
            ? await calls.add(team_id, place.id, { access }, { signal })
            : await calls.update(before.id, { access }, { signal });
        const facts = { team, previous_access: levelOf(before) };
        return reportResource(`Team ${team_id} has ${access} ${subject(where)}.`, made, context, { facts });
      });
    },
  }),
  defineTool({
    name: 'remove_team_access',
    title: 'Remove team access',
    description: 'Takes the access of a team to a workspace or a project away. Asks for approval.',
    kind: 'delete',
    toolsets,
    input: toolInput('remove_team_access', { team_id: Ids.team, ...target }),
    subject,
    async handle({ team_id, ...where }, context) {
      const place = placeOf(where);
      if (place === undefined) return { failure: NAMES_NO_PLACE };
      const before = await findAccess(place, team_id, context);
      if (before === undefined) {
        const facts = { team_id, removed: false, already: true };
        return reportFacts(`Team ${team_id} has no ${subject(where)} of its own.`, facts, null);
      }
      const team = await readTeam(team_id, context);
      const request = {
        tool: 'remove_team_access',
        subject: `team ${team_id}, ${subject(where)}`,
        title: `Take the ${subject(where)} of team ${team_id} away?`,
        facts: [`team: ${team}`, `until now: ${String(levelOf(before))}`],
        boundTo: { team_id, where, before: before.id },
      };
      return guarded(request, context.approval, async () => {
        await accessOf(place, context).remove(before.id, { signal: context.signal });
        const facts = { team, removed: true, previous_access: levelOf(before) };
        return reportFacts(`Team ${team_id} has no ${subject(where)} any more.`, facts, null);
      });
    },
  }),
];
