import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace, uniqueName } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

describe('the audit trail of an organization', () => {
  interface Trail {
    data: {
      id: string;
      timestamp: string;
      auth: { accessor_id: string; description: string; type: string };
      request: { id: string };
      resource: { id: string; type: string; action: string; meta: unknown };
    }[];
    pagination: Record<string, number | null>;
  }
  const read = async (query: string, token?: string) => {
    const path = `/api/v2/organization/audit-trail?${query}`;
    const answer = await (token === undefined
      ? server.call('GET', path)
      : server.call('GET', path, undefined, token));
    return { status: answer.status, trail: answer.body as unknown as Trail };
  };

  test('is read in order, by pages, and from a given time on', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`, {});
    const { status, trail } = await read(`organization=${organization}`);
    expect(status).toBe(200);
    expect(trail.data.map(({ resource }) => `${resource.action} ${resource.type}`)).toEqual([
      'create organization',
      'create workspace',
      'create configuration_version',
      'upload configuration_version',
      'create run',
      'cancel run',
    ]);
    expect(trail.data.at(-1)).toMatchObject({
      version: '0',
      type: 'Resource',
      auth: { description: 'admin', type: 'Client', impersonator_id: null },
      resource: { id: runId, action: 'cancel' },
    });
    expect(trail.pagination).toEqual({
      current_page: 1,
      prev_page: null,
      next_page: null,
      total_pages: 1,
      total_count: 6,
    });
    const second = await read(`organization=${organization}&page[size]=4&page[number]=2`);
    expect(second.trail.data).toEqual(trail.data.slice(4));
    expect(second.trail.pagination).toMatchObject({ prev_page: 1, next_page: null, total_pages: 2 });
    const later = await read(`organization=${organization}&since=${trail.data[3]?.timestamp}`);
    expect(later.trail.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(trail.data.slice(4).map(({ id }) => id)),
    );
    expect(later.trail.data.map(({ id }) => id)).not.toContain(trail.data[0]?.id);
  });

  test('is hidden from strangers, and a wrong query is refused', async () => {
    const { organization } = await readyWorkspace(server);
    const other = await readyWorkspace(server);
    const stranger = await server.addUser(uniqueName('stranger'), [other.organization]);
    expect((await read(`organization=${organization}`, stranger)).status).toBe(404);
    expect((await read('')).status).toBe(400);
    expect((await read(`organization=${organization}&since=yesterday`)).status).toBe(400);
  });
});
