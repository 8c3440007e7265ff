/**
 * A successful call of each endpoint that changes variables, sets, SSH keys or run triggers, for tests that go over every
 * endpoint.
 */
import { createWorkspace, readyWorkspace } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });
const VARIABLE = attributes({ key: 'x', value: 'a-secret-value', category: 'env', sensitive: true });

/** @param current returns the server of the test, which starts only after this table is made */
export function variableCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const post = async (path: string, body?: unknown) => await current().call('POST', path, body);

  async function newVariable(): Promise<{ workspaceId: string; id: string; answer: ApiAnswer }> {
    const { workspaceId } = await readyWorkspace(current());
    const answer = await post(at(`workspaces/${workspaceId}/vars`), VARIABLE);
    return { workspaceId, id: answer.body.data.id, answer };
  }

  /** A set with a variable, and a workspace and a project that it can be applied to. */
  async function newSet() {
    const { organization, workspaceId } = await readyWorkspace(current());
    const answer = await post(at(`organizations/${organization}/varsets`), attributes({ name: 'set' }));
    const path = at(`varsets/${answer.body.data.id}`);
    const variable = await post(`${path}/relationships/vars`, VARIABLE);
    const workspace = await current().call('GET', at(`workspaces/${workspaceId}`));
    const projectId = workspace.body.data.relationships['project']?.data?.id ?? '';
    const variablePath = `${path}/relationships/vars/${variable.body.data.id}`;
    return { path, answer, variable, variablePath, workspaceId, projectId };
  }

  async function newSshKey() {
    const { organization, workspaceId } = await readyWorkspace(current());
    const path = at(`organizations/${organization}/ssh-keys`);
    const answer = await post(path, attributes({ name: 'key', value: 'a-secret-key' }));
    return { workspaceId, id: answer.body.data.id, answer };
  }

  async function newTrigger(): Promise<ApiAnswer> {
    const { organization, workspaceId } = await readyWorkspace(current());
    const sourceId = await createWorkspace(current(), organization);
    return await post(at(`workspaces/${workspaceId}/run-triggers`), {
      data: { relationships: { sourceable: { data: { id: sourceId } } } },
    });
  }

  return {
    'POST /api/v2/workspaces/:id/vars': async () => (await newVariable()).answer,
    'PATCH /api/v2/workspaces/:id/vars/:variable': async () => {
      const { workspaceId, id } = await newVariable();
      return await current().call('PATCH', at(`workspaces/${workspaceId}/vars/${id}`), VARIABLE);
    },
    'DELETE /api/v2/workspaces/:id/vars/:variable': async () => {
      const { workspaceId, id } = await newVariable();
      return await current().call('DELETE', at(`workspaces/${workspaceId}/vars/${id}`));
    },
    'POST /api/v2/vars': async () => {
      const { workspaceId } = await readyWorkspace(current());
      const relationships = { workspace: { data: { id: workspaceId } } };
      return await post(at('vars'), { data: { ...VARIABLE.data, relationships } });
    },
    'PATCH /api/v2/vars/:id': async () =>
      await current().call('PATCH', at(`vars/${(await newVariable()).id}`), VARIABLE),
    'DELETE /api/v2/vars/:id': async () =>
      await current().call('DELETE', at(`vars/${(await newVariable()).id}`)),
    'POST /api/v2/organizations/:organization/varsets': async () => (await newSet()).answer,
    'PATCH /api/v2/varsets/:id': async () =>
      await current().call('PATCH', (await newSet()).path, attributes({ name: 'renamed' })),
    'PUT /api/v2/varsets/:id': async () =>
      await current().call('PUT', (await newSet()).path, attributes({ name: 'renamed' })),
    'POST /api/v2/varsets/:id': async () =>
      await post((await newSet()).path, attributes({ name: 'renamed' })),
    'PATCH /api/v2/workspaces/:id/relationships/vars': async () => {
      const { workspaceId, id } = await newVariable();
      const body = { data: [{ type: 'vars', id, attributes: { value: 'another-secret-value' } }] };
      return await current().call('PATCH', at(`workspaces/${workspaceId}/relationships/vars`), body);
    },
    'DELETE /api/v2/varsets/:id': async () => await current().call('DELETE', (await newSet()).path),
    'POST /api/v2/varsets/:id/relationships/vars': async () => (await newSet()).variable,
    'PATCH /api/v2/varsets/:id/relationships/vars/:variable': async () =>
      await current().call('PATCH', (await newSet()).variablePath, VARIABLE),
    'DELETE /api/v2/varsets/:id/relationships/vars/:variable': async () =>
      await current().call('DELETE', (await newSet()).variablePath),
    ...Object.fromEntries(
      (['POST', 'DELETE'] as const).flatMap((method) =>
        (['workspaces', 'projects'] as const).map((kind) => [
          `${method} /api/v2/varsets/:id/relationships/${kind}`,
          async () => {
            const { path, workspaceId, projectId } = await newSet();
            const id = kind === 'workspaces' ? workspaceId : projectId;
            return await current().call(method, `${path}/relationships/${kind}`, { data: [{ id }] });
          },
        ]),
      ),
    ),
    'POST /api/v2/organizations/:organization/ssh-keys': async () => (await newSshKey()).answer,
    'PATCH /api/v2/ssh-keys/:id': async () =>
      await current().call(
        'PATCH',
        at(`ssh-keys/${(await newSshKey()).id}`),
        attributes({ value: 'a-secret-key-2' }),
      ),
    'DELETE /api/v2/ssh-keys/:id': async () =>
      await current().call('DELETE', at(`ssh-keys/${(await newSshKey()).id}`)),
    'PATCH /api/v2/workspaces/:id/relationships/ssh-key': async () => {
      const { workspaceId, id } = await newSshKey();
      return await current().call(
        'PATCH',
        at(`workspaces/${workspaceId}/relationships/ssh-key`),
        attributes({ id }),
      );
    },
    'POST /api/v2/workspaces/:id/run-triggers': newTrigger,
    'DELETE /api/v2/run-triggers/:id': async () =>
      await current().call('DELETE', at(`run-triggers/${(await newTrigger()).body.data.id}`)),
  };
}
