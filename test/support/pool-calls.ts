/** A successful call of each endpoint that changes agent pools, for tests that go over every endpoint. */
import { newId } from '@runwright/models';
import { KEPT, makeStore } from './store-scene.ts';
import { readyWorkspace } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });

/** @param current returns the server of the test, which starts only after this table is made */
export function poolCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const post = async (path: string, body?: unknown) => await current().call('POST', path, body);

  async function newPool() {
    const { organization } = await readyWorkspace(current());
    const answer = await post(at(`organizations/${organization}/agent-pools`), attributes({ name: 'pool' }));
    return { answer, path: at(`agent-pools/${answer.body.data.id}`) };
  }

  async function goneAgent(): Promise<string> {
    const id = newId('agent');
    const agent_pool_id = (await newPool()).answer.body.data.id;
    const gone = { name: 'a', identity: 'a', ip_address: '::1', last_ping_at: new Date(0) };
    await current()
      .platform.db.insertInto('agent')
      .values({ id, agent_pool_id, ...gone })
      .execute();
    return at(`agents/${id}`);
  }

  return {
    'POST /api/v2/organizations/:organization/agent-pools': async () => (await newPool()).answer,
    'PATCH /api/v2/agent-pools/:id': async () =>
      await current().call('PATCH', (await newPool()).path, attributes({ name: 'other' })),
    'DELETE /api/v2/agent-pools/:id': async () => await current().call('DELETE', (await newPool()).path),
    'POST /api/v2/agent-pools/:id/authentication-tokens': async () =>
      await post(`${(await newPool()).path}/authentication-tokens`, attributes({ description: 'd' })),
    'POST /api/v2/provider-stores/:id/orders': async () => {
      const { 'provider-stores': id } = await makeStore(current().platform, null);
      const { address, version } = KEPT;
      return await post(at(`provider-stores/${id}/orders`), attributes({ kind: 'pin', address, version }));
    },
    'DELETE /api/v2/agents/:id': async () => await current().call('DELETE', await goneAgent()),
    'POST /api/v2/agents/:id/actions/drain': async () => await post(`${await goneAgent()}/actions/drain`),
    'POST /api/v2/agents/:id/actions/resume': async () => {
      const agent = await goneAgent();
      await post(`${agent}/actions/drain`);
      return await post(`${agent}/actions/resume`);
    },
  };
}
