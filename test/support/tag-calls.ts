/** A successful call of each endpoint that changes tags, for tests that go over every endpoint. */
import { createWorkspace, readyWorkspace } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';

const at = (path: string): string => `/api/v2/${path}`;
const TAG = { data: [{ type: 'tags', attributes: { name: 'a-tag' } }] };
const BINDING = { data: [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }] };

/** @param current returns the server of the test, which starts only after this table is made */
export function tagCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const post = async (path: string, body?: unknown) => await current().call('POST', path, body);

  /** A workspace with a tag. */
  async function tagged() {
    const { organization, workspaceId } = await readyWorkspace(current());
    const path = at(`workspaces/${workspaceId}/relationships/tags`);
    const answer = await post(path, TAG);
    const tags = await current().call('GET', at(`organizations/${organization}/tags`));
    return { organization, workspaceId, path, answer, tagId: tags.body.data[0]?.id ?? '' };
  }

  /** The path of a new resource that can have tags with values. */
  async function owner(kind: 'workspaces' | 'projects'): Promise<string> {
    const { workspaceId } = await readyWorkspace(current());
    if (kind === 'workspaces') return at(`workspaces/${workspaceId}`);
    const workspace = await current().call('GET', at(`workspaces/${workspaceId}`));
    return at(`projects/${workspace.body.data.relationships['project']?.data?.id ?? ''}`);
  }
  const ofBindings = (['workspaces', 'projects'] as const).flatMap((kind) =>
    (['POST', 'PATCH', 'DELETE'] as const).map((method) => [
      `${method} /api/v2/${kind}/:id/relationships/tag-bindings`,
      async () => await current().call(method, `${await owner(kind)}/relationships/tag-bindings`, BINDING),
    ]),
  );

  return {
    ...(Object.fromEntries(ofBindings) as Record<string, () => Promise<ApiAnswer>>),
    'POST /api/v2/workspaces/:id/relationships/tags': async () => (await tagged()).answer,
    'DELETE /api/v2/workspaces/:id/relationships/tags': async () =>
      await current().call('DELETE', (await tagged()).path, TAG),
    'DELETE /api/v2/organizations/:organization/tags': async () => {
      const { organization, tagId } = await tagged();
      return await current().call('DELETE', at(`organizations/${organization}/tags`), {
        data: [{ id: tagId }],
      });
    },
    'POST /api/v2/tags/:id/relationships/workspaces': async () => {
      const { organization, tagId } = await tagged();
      const id = await createWorkspace(current(), organization);
      return await post(at(`tags/${tagId}/relationships/workspaces`), { data: [{ id }] });
    },
    'PATCH /api/v2/workspaces/:id/tag-bindings': async () =>
      await current().call('PATCH', `${await owner('workspaces')}/tag-bindings`, BINDING),
    'PATCH /api/v2/projects/:id/tag-bindings': async () =>
      await current().call('PATCH', `${await owner('projects')}/tag-bindings`, BINDING),
  };
}
