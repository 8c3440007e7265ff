/**
 * The ways in which a caller can get something applied. Each creates, as the caller, a run that would go on to its
 * apply by itself if the caller's permissions allowed it, or asks for the apply directly.
 */
import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import { runBody } from './scenario.ts';
import { claimStepOf } from './scripted-runner.ts';
import type { ApiAnswer, TestServer } from './server.ts';

export interface Visitor {
  server: TestServer;
  workspaceId: string;
  organization: string;
  /** The token of the caller. */
  secret: string;
}

export interface Door {
  name: string;
  /** Attributes of the workspace. */
  settings: Record<string, unknown>;
  /** Whether terraform finds changes. */
  hasChanges?: boolean;
  /** @returns the run; undefined when the request is refused */
  enter(visitor: Visitor): Promise<string | undefined>;
  /** A further request after the plan. */
  follow?(visitor: Visitor, runId: string): Promise<void>;
  /** Whether refusing the request is as good as a run that waits. */
  mayRefuse?: boolean;
}

const BY_ITSELF = { 'auto-apply': true };
const BY_HAND = { 'auto-apply': false };

const headersOf = (visitor: Visitor, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${visitor.secret}`,
  'content-type': 'application/vnd.api+json',
  ...more,
});

async function post(
  visitor: Visitor,
  attributes: Record<string, unknown>,
  more: Record<string, string> = {},
  configuration?: string,
): Promise<string | undefined> {
  const body = runBody(visitor.workspaceId, attributes);
  const relationships = {
    ...body.data.relationships,
    ...(configuration === undefined
      ? {}
      : { 'configuration-version': { data: { type: 'configuration-versions', id: configuration } } }),
  };
  const response = await fetch(`${visitor.server.url}/api/v2/runs`, {
    method: 'POST',
    headers: headersOf(visitor, more),
    body: JSON.stringify({ data: { ...body.data, relationships } }),
  });
  if (response.status !== 201) {
    if (![403, 404].includes(response.status)) throw new Error(`answered ${response.status}`);
    return undefined;
  }
  return ((await response.json()) as ApiAnswer['body']).data.id;
}

/** @returns the configuration version; undefined when the visitor may not create one */
export async function upload(
  visitor: Visitor,
  attributes: Record<string, unknown>,
): Promise<string | undefined> {
  const { server, workspaceId, secret } = visitor;
  const path = `/api/v2/workspaces/${workspaceId}/configuration-versions`;
  const made = await server.call('POST', path, { data: { attributes } }, secret);
  if (made.status !== 201) return undefined;
  const put = await fetch(String(made.body.data.attributes['upload-url']), {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: SOME_ARCHIVE,
  });
  if (put.status !== 200) throw new Error(`the upload was answered ${put.status}`);
  return made.body.data.id;
}

const act = (action: string) => async (visitor: Visitor, runId: string) => {
  const path = `/api/v2/runs/${runId}/actions/${action}`;
  const { status } = await visitor.server.call('POST', path, undefined, visitor.secret);
  if (![202, 404].includes(status)) throw new Error(`${action} was answered ${status}`);
};

const plain = (name: string, attributes: Record<string, unknown>, more: Partial<Door> = {}): Door => ({
  name,
  settings: BY_ITSELF,
  enter: async (visitor) => await post(visitor, attributes),
  ...more,
});

export const DOORS: readonly Door[] = [
  plain('a run in a workspace that applies by itself', {}),
  plain('auto-apply asked for', BY_ITSELF, { settings: BY_HAND, mayRefuse: true }),
  plain('auto-apply asked for where it is set already', BY_ITSELF, { mayRefuse: true }),
  plain('a destroy run', { 'is-destroy': true }),
  plain(
    'a destroy run with auto-apply',
    { 'is-destroy': true, ...BY_ITSELF },
    { settings: BY_HAND, mayRefuse: true },
  ),
  plain('a refresh-only run', { 'refresh-only': true }),
  plain('a targeted run', { 'target-addrs': ['terraform_data.a'] }),
  plain('a replacing run', { 'replace-addrs': ['terraform_data.a'] }),
  plain('an empty apply', { 'allow-empty-apply': true }, { settings: BY_HAND, hasChanges: false }),
  plain('an empty apply that has changes', { 'allow-empty-apply': true }),
  plain('a run with variables', { variables: [{ key: 'a', value: '1' }] }),
  {
    name: 'the terraform CLI',
    settings: BY_ITSELF,
    enter: async (visitor) => await post(visitor, {}, { 'x-terraform-integration': 'cloud' }),
  },
  {
    name: 'an MCP server elsewhere',
    settings: BY_ITSELF,
    enter: async (visitor) => await post(visitor, {}, { 'user-agent': 'runwright-mcp/1' }),
  },
  {
    name: 'a request that is repeated',
    settings: BY_ITSELF,
    async enter(visitor) {
      const key = { 'idempotency-key': `of ${visitor.workspaceId}` };
      await post(visitor, {}, key);
      return await post(visitor, {}, key);
    },
  },
  {
    name: 'an upload that queues runs',
    settings: BY_ITSELF,
    async enter(visitor) {
      if ((await upload(visitor, { 'auto-queue-runs': true })) === undefined) return undefined;
      const path = `/api/v2/workspaces/${visitor.workspaceId}/runs`;
      return (await visitor.server.call('GET', path)).body.data[0]?.id;
    },
  },
  {
    name: 'a run of a provisional upload',
    settings: BY_ITSELF,
    async enter(visitor) {
      const id = await upload(visitor, { 'auto-queue-runs': false, provisional: true });
      return id === undefined ? undefined : await post(visitor, {}, {}, id);
    },
  },
  {
    name: "another's run of an upload",
    settings: BY_ITSELF,
    async enter(visitor) {
      if ((await upload(visitor, { 'auto-queue-runs': false })) === undefined) return undefined;
      const made = await visitor.server.call('POST', '/api/v2/runs', runBody(visitor.workspaceId, BY_ITSELF));
      return made.body.data.id;
    },
  },
  {
    name: 'a saved plan',
    settings: BY_ITSELF,
    enter: async (visitor) => await post(visitor, { 'save-plan': true }),
    follow: act('apply'),
  },
  {
    name: 'the apply of a run that waits',
    settings: BY_HAND,
    enter: async (visitor) => await post(visitor, {}),
    follow: act('apply'),
  },
  {
    name: 'a run that is let go first',
    settings: BY_ITSELF,
    async enter(visitor) {
      const { server, workspaceId } = visitor;
      const first = await server.call('POST', '/api/v2/runs', runBody(workspaceId, BY_HAND));
      await (await claimStepOf(server, first.body.data.id))?.finishPlan();
      const runId = await post(visitor, {});
      if (runId !== undefined) await act('force-execute')(visitor, runId);
      return runId;
    },
  },
];
