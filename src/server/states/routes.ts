import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { bytes } from '../http/answers.ts';
import { documentOf, listOf, pagedListOf } from '../http/document-schema.ts';
import { endpoint, HIJACKED, type Endpoint } from '../http/endpoint.ts';
import { IdParams } from '../http/json-api.ts';
import { offsetOf, pageOf, PageQuery, paginate } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { readWorkspace } from '../workspaces/service.ts';
import {
  outputResource,
  stateVersionResource,
  StateVersionOutputSchema,
  StateVersionSchema,
} from './document.ts';

const SignedParams = z.object({ id: z.string(), signature: z.string() });

export function stateEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer, blobs } = platform;

  const readVersion = async (
    caller: Caller,
    id: string,
    permission: WorkspacePermission,
  ): Promise<Row<'state_version'>> => {
    const found = await db
      .selectFrom('state_version')
      .innerJoin('workspace', 'workspace.id', 'state_version.workspace_id')
      .selectAll('state_version')
      .select('workspace.organization_id')
      .where('state_version.id', '=', id)
      .executeTakeFirst();
    if (found === undefined) refuse('not_found');
    const workspace = { id: found.workspace_id, organization_id: found.organization_id };
    await requireInWorkspace(db, caller, workspace, permission);
    return found;
  };
  const readCurrent = async (
    caller: Caller,
    workspaceId: string,
    permission: WorkspacePermission,
  ): Promise<Row<'state_version'>> => {
    const workspace = await readWorkspace(platform, caller, workspaceId, permission);
    const id = workspace.current_state_version_id;
    return id === null ? refuse('not_found') : await readVersion(caller, id, permission);
  };
  const readOutputs = async (versionId: string) =>
    await db
      .selectFrom('state_version_output')
      .selectAll()
      .where('state_version_id', '=', versionId)
      .orderBy('name')
      .execute();
  const describe = async (version: Row<'state_version'>) =>
    stateVersionResource(version, {
      downloadUrl: `${platform.publicUrl}/api/v2/downloads/state-versions/${version.id}/${signer.sign('download-state', version.id)}`,
      outputIds: (await readOutputs(version.id)).map(({ id }) => id),
    });

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/current-state-version',
      summary: "Read a workspace's current state version",
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      answers: { 200: documentOf(StateVersionSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: await describe(await readCurrent(caller, params.id, 'read-state')) },
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/state-versions',
      summary: 'List the state versions of a workspace, newest first',
      access: 'account',
      permission: 'workspace:read-state',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(StateVersionSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id, 'read-state');
        const page = pageOf(query);
        const all = db.selectFrom('state_version').where('workspace_id', '=', workspace.id);
        const { count } = await all
          .select((select) => select.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        const versions = await all
          .selectAll()
          .orderBy('serial', 'desc')
          .orderBy('created_at', 'desc')
          .limit(page.size)
          .offset(offsetOf(page))
          .execute();
        const data = await Promise.all(versions.map(describe));
        return { status: 200, body: { data, ...paginate(raw.url, page, count) } };
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
      handle: async ({ caller, params }) => {
        const current = await readCurrent(caller, params.id, 'read-state-outputs');
        const outputs = await readOutputs(current.id);
        return { status: 200, body: { data: outputs.map((output) => outputResource(output, false)) } };
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
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: await describe(await readVersion(caller, params.id, 'read-state')) },
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/state-versions/:id/outputs',
      summary: 'List the outputs of a state version; sensitive values are null',
      access: 'account',
      permission: 'workspace:read-state-outputs',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(StateVersionOutputSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const version = await readVersion(caller, params.id, 'read-state-outputs');
        const outputs = await readOutputs(version.id);
        const page = pageOf(query);
        const data = outputs
          .slice(offsetOf(page), offsetOf(page) + page.size)
          .map((output) => outputResource(output, false));
        return { status: 200, body: { data, ...paginate(raw.url, page, outputs.length) } };
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
      handle: async ({ caller, params }) => {
        const output = await db
          .selectFrom('state_version_output')
          .selectAll()
          .where('id', '=', params.id)
          .executeTakeFirst();
        if (output === undefined) refuse('not_found');
        await readVersion(caller, output.state_version_id, 'read-state-outputs');
        return { status: 200, body: { data: outputResource(output, true) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/downloads/state-versions/:id/:signature',
      summary: 'Download a state file',
      access: 'anyone',
      params: SignedParams,
      answers: { 200: bytes('application/json') },
      handle: async ({ params, reply }) => {
        if (!signer.verify('download-state', params.id, params.signature)) refuse('not_found');
        const version = await db
          .selectFrom('state_version')
          .select('sha256')
          .where('id', '=', params.id)
          .executeTakeFirst();
        if (version === undefined) refuse('not_found');
        await reply.header('Content-Type', 'application/json').send(await blobs.open(version.sha256));
        return HIJACKED;
      },
    }),
  ];
}
