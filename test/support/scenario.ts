/** First steps of many API tests. */
import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import type { CallableServer } from './server.ts';

let count = 0;
/** A name that no other test of this process uses. */
export const uniqueName = (prefix: string): string => `${prefix}-${process.pid}-${(count += 1)}`;

export async function createOrganization(server: CallableServer): Promise<string> {
  const name = uniqueName('org');
  await expectStatus(
    server.call('POST', '/api/v2/organizations', {
      data: { type: 'organizations', attributes: { name, email: 'someone@example.com' } },
    }),
    201,
  );
  return name;
}

export async function createWorkspace(
  server: CallableServer,
  organization: string,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await expectStatus(
    server.call('POST', `/api/v2/organizations/${organization}/workspaces`, {
      data: { type: 'workspaces', attributes: { name: uniqueName('ws'), ...attributes } },
    }),
    201,
  );
  return answer.body.data.id;
}

/** Uploads bytes as a configuration version of the workspace. */
export async function uploadConfiguration(
  server: CallableServer,
  workspaceId: string,
  archive: Uint8Array<ArrayBuffer> = SOME_ARCHIVE,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await expectStatus(
    server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
      data: { type: 'configuration-versions', attributes: { 'auto-queue-runs': false, ...attributes } },
    }),
    201,
  );
  const response = await fetch(String(answer.body.data.attributes['upload-url']), {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: archive,
  });
  if (response.status !== 200) throw new Error(`the upload was answered ${response.status}`);
  return answer.body.data.id;
}

/** A workspace that has a configuration. */
export async function readyWorkspace(
  server: CallableServer,
  attributes: Record<string, unknown> = {},
): Promise<{ organization: string; workspaceId: string }> {
  const organization = await createOrganization(server);
  const workspaceId = await createWorkspace(server, organization, attributes);
  await uploadConfiguration(server, workspaceId);
  return { organization, workspaceId };
}

export const runBody = (workspaceId: string, attributes: Record<string, unknown> = {}) => ({
  data: {
    type: 'runs',
    attributes,
    relationships: { workspace: { data: { id: workspaceId, type: 'workspaces' } } },
  },
});

export async function createRun(
  server: CallableServer,
  workspaceId: string,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await expectStatus(
    server.call('POST', '/api/v2/runs', runBody(workspaceId, attributes)),
    201,
  );
  return answer.body.data.id;
}

export async function statusOf(server: CallableServer, runId: string): Promise<string> {
  const answer = await expectStatus(server.call('GET', `/api/v2/runs/${runId}`), 200);
  return String(answer.body.data.attributes['status']);
}

async function expectStatus<Answer extends { status: number; text: string }>(
  calling: Promise<Answer>,
  status: number,
): Promise<Answer> {
  const answer = await calling;
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}: ${answer.text}`);
  return answer;
}
