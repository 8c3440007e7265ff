/** Calls of the tools for an organization's other resources: pools, links, tags, messages and its registry. */
import { expect } from 'vitest';
import { publishModule } from '../support/registry-scene.ts';
import { createWorkspace, readyWorkspace } from '../support/scenario.ts';
import type { TestServer } from '../support/server.ts';

interface Callers {
  /** Calls a tool that succeeds. @returns its summary */
  call: (name: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** Calls a tool that fails. @returns its text */
  refused: (name: string, args: Record<string, unknown>) => Promise<string>;
}

export async function useOrganizationTools(server: TestServer, { call, refused }: Callers): Promise<void> {
  const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
  const source = await createWorkspace(server, organization);
  const triggers = `/api/v2/workspaces/${workspace_id}/run-triggers?filter[run-trigger][type]=inbound`;
  await call('change_workspace_links', { workspace_id, what: 'run_triggers', add: [source] });
  expect((await server.call('GET', triggers)).body.data).toHaveLength(1);
  await call('change_workspace_links', { workspace_id, what: 'run_triggers', remove: [source] });
  expect((await server.call('GET', triggers)).body.data).toHaveLength(0);

  const { id: agent_pool_id } = await call('set_agent_pool', { organization, name: 'racks' });
  await call('delete_related', { agent_pool_id });
  expect((await server.call('GET', `/api/v2/agent-pools/${String(agent_pool_id)}`)).status).toBe(404);

  const tagged = `/api/v2/workspaces/${workspace_id}/relationships/tags`;
  await server.call('POST', tagged, { data: [{ type: 'tags', attributes: { name: 'old' } }] });
  const [tag] = (await server.call('GET', tagged)).body.data;
  await call('delete_organization_tags', { organization, tags: [tag?.id] });
  expect((await server.call('GET', tagged)).body.data).toHaveLength(0);

  const { body } = await server.call(
    'POST',
    `/api/v2/workspaces/${workspace_id}/notification-configurations`,
    {
      data: {
        type: 'notification-configurations',
        attributes: {
          name: 'nobody hears it',
          'destination-type': 'generic',
          url: 'https://hooks.invalid',
          enabled: false,
        },
      },
    },
  );
  await refused('test_notification', { notification_id: body.data.id });

  await publishModule(server, organization);
  const module = { organization, name: 'network', provider: 'aws' };
  expect(await call('search_private_registry', { organization, kind: 'modules' })).toMatchObject({
    shown: 1,
  });
  expect(await call('get_private_module_details', module)).toMatchObject({
    version: '1.0.0',
    versions: ['1.0.0'],
  });
  await call('delete_private_module_version', { ...module, version: '1.0.0' });
  await refused('get_private_module_details', module);
}
