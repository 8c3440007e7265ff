import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver, type Receiver } from '../../support/receiver.ts';
import { readyWorkspace } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  receiver.close();
});

test('a notification that was created disabled is verified when it is enabled', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const attributes = { name: 'later', 'destination-type': 'generic', enabled: false };
  const made = await server.call('POST', `/api/v2/workspaces/${workspaceId}/notification-configurations`, {
    data: { attributes: { ...attributes, url: `${receiver.url}/later` } },
  });
  expect(made.status).toBe(201);
  expect(receiver.at('/later')).toHaveLength(0);
  const path = `/api/v2/notification-configurations/${made.body.data.id}`;
  const enabled = await server.call('POST', `${path}/actions/enable`);
  expect(enabled.status).toBe(200);
  expect(enabled.body.data.attributes['enabled']).toBe(true);
  expect(receiver.at('/later')).toHaveLength(1);
  expect((await server.call('GET', path)).body.data.attributes['enabled']).toBe(true);
});
