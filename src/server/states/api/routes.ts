import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes } from '../../http/answers.ts';
import { documentOf, listOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, HIJACKED, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate, type Page } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { isTerraform } from '../../http/terraform-client.ts';
import { readWorkspace, readWorkspaceByName } from '../../workspaces/service.ts';
import {
  outputResource,
  type OutputForm,
  stateVersionResource,
  StateVersionOutputSchema,
  StateVersionSchema,
} from '../document.ts';
import { includeWithStates, STATE_INCLUDES } from '../../includes/with-states.ts';
import {
  countOutputs,
  findOutput,
  listStateVersions,
  readCurrentState,
  readFacts,
  readOutputs,
  readStateVersion,
} from '../service.ts';
import type { StateVersion } from '../store.ts';

const include = includeOf(STATE_INCLUDES);
const IncludeQuery = z.object({ include });
const ListQuery = PageQuery.extend({
  'filter[status]': z.string().optional(),
  include,
});
const NamedListQuery = ListQuery.extend({
  'filter[workspace][name]': z.string({ error: 'is missing: name the workspace' }),
  'filter[organization][name]': z.string({ error: 'is missing: name the organization' }),
});

/**
 * Asks a terraform that runs on its own machine to send the state also during an apply, at most this often (seconds),
 * so that a killed apply loses little (terraform-cli A2).
 */
const SNAPSHOT_HEADERS = { 'x-terraform-snapshot-interval': '30' };

/** The document of one state version. */
export async function answerState(
  platform: Platform,
  caller: Caller,
  version: StateVersion,
  { status = 200, include }: { status?: number; include?: string | undefined } = {},
): Promise<Answer> {
  const names = parseInclude(include);
  const included = await includeWithStates(platform, caller, [version], names);
  // The workspace may have been deleted meanwhile.
  const facts = (await readFacts(platform, caller, [version])).get(version.id) ?? refuse('not_found');
  const data = stateVersionResource(version, facts);
  return { status, headers: SNAPSHOT_HEADERS, body: { data, ...(names.length === 0 ? {} : { included }) } };
}

export function stateEndpoints(platform: Platform): Endpoint<Caller>[] {
  const answerList = async (
    caller: Caller,
    workspaceId: string,
    query: z.output<typeof ListQuery>,
    url: string,
  ): Promise<Answer> => {
    const page = pageOf(query);
    const statuses = parseStatuses(query['filter[status]']);
    const { versions, totalCount } = await listStateVersions(platform, workspaceId, statuses, page);
    const names = parseInclude(query.include);
    const included = await includeWithStates(platform, caller, versions, names);
    const facts = await readFacts(platform, caller, versions);
    // Versions whose workspace has been deleted meanwhile have no facts any more.
    const data = versions.flatMap((version) => {
      const known = facts.get(version.id);
      return known === undefined ? [] : [stateVersionResource(version, known)];
    });
    const more = names.length === 0 ? {} : { included };
    return { status: 200, body: { data, ...more, ...paginate(url, page, totalCount) } };
  };
  const answerOutputs = async (
    version: StateVersion,
    page: Page,
    url: string,
    form: OutputForm,
  ): Promise<Answer> => {
    const outputs = await readOutputs(platform, [version.id], page);
    const data = outputs.map((output) => outputResource(output, form));
    const totalCount = await countOutputs(platform, version.id);
    return { status: 200, body: { data, ...paginate(url, page, totalCount) } };
  };

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/current-state-version',
      summary: "Read a workspace's current state version",
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: documentOf(StateVersionSchema) },
      query: IncludeQuery,
      handle: async ({ caller, params, query, reply }) => {
        // The header is sent even before the first state: a first apply is as long as later ones.
        reply.headers(SNAPSHOT_HEADERS);
        return await answerState(
          platform,
          caller,
          await readCurrentState(platform, caller, params.id),
          query,
        );
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/state-versions',
      summary: 'List the state versions of a workspace, newest first',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: pagedListOf(StateVersionSchema) },
      query: ListQuery,
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id, 'read-state');
        return await answerList(caller, workspace.id, query, raw.url);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/state-versions',
      summary: 'List the state versions of the workspace that the filters name, newest first',
      access: 'account',
      permission: 'workspace:read-state',
      params: z.object({}),
      query: NamedListQuery,
      answers: { 200: pagedListOf(StateVersionSchema) },
      handle: async ({ caller, query, raw }) => {
        const organization = query['filter[organization][name]'];
        const name = query['filter[workspace][name]'];
        const workspace = await readWorkspaceByName(platform, caller, organization, name, 'read-state');
        return await answerList(caller, workspace.id, query, raw.url);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/current-state-version-outputs',
      summary: "List the outputs of a workspace's current state; sensitive values are null",
      access: 'account',
      permission: 'workspace:read-state-outputs',
      params: IdParams,
      answers: { 200: listOf(StateVersionOutputSchema) },
      handle: async ({ caller, params, raw }) => {
        const version = await readCurrentState(platform, caller, params.id, 'read-state-outputs');
        const outputs = await readOutputs(platform, [version.id]);
        const form = { reveal: false, forTerraform: isTerraform(raw.headers) };
        return { status: 200, body: { data: outputs.map((output) => outputResource(output, form)) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/state-versions/:id',
      summary: 'Read a state version',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: documentOf(StateVersionSchema) },
      query: IncludeQuery,
      handle: async ({ caller, params, query }) =>
        await answerState(platform, caller, await readStateVersion(platform, caller, params.id), query),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/state-versions/:id/outputs',
      summary: 'List the outputs of a state version, their sensitive values included',
      access: 'account',
      permission: 'workspace:read-state-outputs',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(StateVersionOutputSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const version = await readStateVersion(platform, caller, params.id, 'read-state-outputs');
        const form = { reveal: true, forTerraform: isTerraform(raw.headers) };
        return await answerOutputs(version, pageOf(query), raw.url, form);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/state-version-outputs/:id',
      summary: 'Read one output, its sensitive value included',
      access: 'account',
      permission: 'workspace:read-state-outputs',
      params: IdParams,
      answers: { 200: documentOf(StateVersionOutputSchema) },
      handle: async ({ caller, params, raw }) => {
        const output = await findOutput(platform, params.id);
        if (output === undefined) refuse('not_found');
        await readStateVersion(platform, caller, output.state_version_id, 'read-state-outputs');
        const form = { reveal: true, forTerraform: isTerraform(raw.headers) };
        return { status: 200, body: { data: outputResource(output, form) } };
      },
    }),
    endpoint({
      method: 'GET',
      answers: { 200: bytes('application/json') },
      url: '/api/v2/state-versions/:id/download',
      summary: 'Download the file of a state version',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      handle: async ({ caller, params, reply }) => {
        const { sha256 } = await readStateVersion(platform, caller, params.id);
        if (sha256 === null) refuse('not_found');
        await reply.header('Content-Type', 'application/json').send(await platform.blobs.open(sha256));
        return HIJACKED;
      },
    }),
  ];
}

const STATUSES = ['pending', 'finalized', 'discarded'] as const;

/** Words that name no status match nothing (api-contract §1.5). */
function parseStatuses(text: string | undefined): StateVersion['status'][] | undefined {
  if (!text) return undefined;
  const words = text.split(',').map((word) => word.trim());
  return STATUSES.filter((status) => words.includes(status));
}
