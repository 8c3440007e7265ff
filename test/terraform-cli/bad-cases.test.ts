import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK } from './configurations.ts';
import { answers, makeFolder, type Folder, type FolderSettings } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const ENTITLEMENTS = 'GET /api/v2/organizations/:organization/entitlement-set';

needs('terraform')('when things go wrong', () => {
  let server: CliServer;
  let connection: Connection;
  const folders: Folder[] = [];
  beforeAll(async () => {
    connection = await openConnection();
    server = await startCliServer({ RUNWRIGHT_URL: connection.url, RUNWRIGHT_RUNNERS: '4' });
    connection.leadTo(server.hostname);
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    connection.close();
    await server.close();
  });
  const command = createCommandTests('bad-cases', () => server);
  /** Consecutive tests of this kind run at the same time. */
  const together = createCommandTests('bad-cases', () => server, { concurrent: true });

  const folderOf = async (
    workspace: string,
    configuration = NETWORK,
    { organization = 'acme', ...settings }: FolderSettings & { organization?: string } = {},
  ): Promise<Folder> => {
    const cloud = cloudBlock(connection.hostname, `name = "${workspace}"`);
    const files = { 'cloud.tf': cloud.replace('"acme"', `"${organization}"`), 'main.tf': configuration };
    const folder = await makeFolder(connection, files, settings);
    folders.push(folder);
    return folder;
  };
  /** A folder with its own workspace, so that no test sees the leftovers of another. */
  const readyFolder = async (workspace: string, configuration = NETWORK): Promise<Folder> => {
    await server.api.post('/api/v2/organizations/acme/workspaces', { name: workspace });
    const folder = await folderOf(workspace, configuration);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  const expectQuiet = async (workspace: string): Promise<void> => {
    const { id, attributes } = await server.api.workspace(workspace);
    expect(attributes['locked']).toBe(false);
    const queue = await server.api.get('/api/v2/organizations/acme/runs/queue');
    expect(queue.filter(({ relationships }) => relationships['workspace']?.data?.id === id)).toEqual([]);
  };

  command('no token', async (shell) => {
    await shell.terraform(await folderOf('network', NETWORK, { token: null }), ['init'], { code: 1 });
  });
  command('a wrong token', async (shell) => {
    const folder = await folderOf('network', NETWORK, { token: 'not-a-token' });
    await shell.terraform(folder, ['init'], { code: 1, refused: [`401 ${ENTITLEMENTS}`] });
  });
  command('an organization that is not there', async (shell) => {
    const folder = await folderOf('network', NETWORK, { organization: 'nobody' });
    await shell.terraform(folder, ['init'], { code: 1, refused: [`404 ${ENTITLEMENTS}`] });
  });

  together('somebody who may read, or plan and not apply', async (shell) => {
    await readyFolder('foreign');
    const { id } = await server.api.workspace('foreign');
    const tokenFor = async (access: string): Promise<string> => {
      const team = await server.api.post('/api/v2/organizations/acme/teams', { name: `may-${access}` });
      const relationships = {
        team: { data: { type: 'teams', id: team.id } },
        workspace: { data: { type: 'workspaces', id } },
      };
      await server.api.post('/api/v2/team-workspaces', { access }, relationships);
      const token = await server.api.post(`/api/v2/teams/${team.id}/authentication-token`);
      return String(token.attributes['token']);
    };
    const reader = await folderOf('foreign', NETWORK, { token: await tokenFor('read') });
    await shell.terraform(reader, ['init']);
    await shell.terraform(reader, ['plan'], { code: 1 });
    const planner = await folderOf('foreign', NETWORK, { token: await tokenFor('plan') });
    await shell.terraform(planner, ['init']);
    await shell.terraform(planner, ['plan']);
    await shell.terraform(planner, ['apply', '-auto-approve'], { code: 1 });
    expect((await server.api.workspace('foreign')).relationships['current-state-version']?.data).toBeNull();
    await expectQuiet('foreign');
  });

  together('a workspace that somebody has locked', async (shell) => {
    const folder = await readyFolder('locked');
    const { id } = await server.api.workspace('locked');
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    await shell.terraform(folder, ['apply'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for the manually locked workspace to be unlocked');
        await server.api.post(`/api/v2/workspaces/${id}/actions/unlock`);
        await answers('yes')(terraform);
      },
    });
    await expectQuiet('locked');
  });
  together('-lock-timeout', async (shell) => {
    const folder = await readyFolder('timeout');
    const { id } = await server.api.workspace('timeout');
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    // Terraform cancels the run, or stops waiting for it, depending on which of its own signals comes first.
    const { output } = await folder.run(['apply', '-auto-approve', '-lock-timeout=1s']);
    expect(output).toContain('Lock timeout exceeded');
    shell.note('Terraform gives up after the second');
    await server.api.post(`/api/v2/workspaces/${id}/actions/unlock`);
    const run = await server.api.newestRun('timeout');
    await server.api.runReaches(run.id, ['canceled', 'planned_and_finished', 'applied']);
    await expectQuiet('timeout');
  });
  together('another run comes first', async (shell) => {
    const folder = await readyFolder('queued', 'resource "terraform_data" "first" {}\n');
    await shell.terraform(folder, ['apply'], {
      during: async (first) => {
        await first.sees('Enter a value:');
        const ahead = await server.api.newestRun('queued');
        const second = folder.run(['apply', '-auto-approve'], {
          during: async (terraform) => {
            await terraform.sees('Waiting for 1 run(s) to finish before being queued');
            await server.api.post(`/api/v2/runs/${ahead.id}/actions/discard`);
          },
        });
        await second.then(({ output }) =>
          shell.note(output.includes('Apply complete!') ? 'the second applied' : output),
        );
      },
      code: 1,
    });
    await expectQuiet('queued');
  });

  together('a configuration that does not parse', async (shell) => {
    const folder = await readyFolder('unparsed');
    folder.write({ 'main.tf': 'resource "terraform_data" {\n' });
    await shell.terraform(folder, ['plan'], { code: 1 });
    await expectQuiet('unparsed');
  });
  together('a configuration that cannot be planned', async (shell) => {
    const folder = await readyFolder('unplanned');
    folder.write({
      'main.tf': 'resource "terraform_data" "it" {\n  input = terraform_data.nowhere.output\n}\n',
    });
    await shell.terraform(folder, ['plan'], { code: 1 });
    await shell.terraform(folder, ['apply', '-auto-approve'], { code: 1 });
    await expectQuiet('unplanned');
  });
  together('an apply that fails', async (shell) => {
    const folder = await readyFolder(
      'failing',
      `resource "terraform_data" "it" {
  provisioner "local-exec" {
    command = "exit 3"
  }
}
`,
    );
    await shell.terraform(folder, ['apply', '-auto-approve'], { code: 1 });
    await expectQuiet('failing');
  });
  together('a variable without a value', async (shell) => {
    const folder = await readyFolder('needing');
    folder.write({ 'main.tf': 'variable "needed" {}\n' });
    await shell.terraform(folder, ['plan'], { code: 1 });
  });
  command('a run variable that is too long', async (shell) => {
    const folder = await readyFolder('too-long');
    await shell.terraform(folder, ['plan', '-var', `environment=${'long '.repeat(100)}`], {
      code: 1,
      refused: ['422 POST /api/v2/runs'],
    });
    await expectQuiet('too-long');
  });

  command('an upload that is cut in the middle', async (shell) => {
    const folder = await readyFolder('cut');
    folder.write({ 'large.txt': randomText(4_000_000) });
    connection.cutNextUpload();
    await shell.terraform(folder, ['plan']);
    expect(connection.cuts()).toBe(1);
    await expectQuiet('cut');
  });
  command('the answer to the making of a run gets lost', async (shell) => {
    const folder = await readyFolder('lost');
    connection.loseNextAnswer('POST /api/v2/runs ');
    await shell.terraform(folder, ['apply', '-auto-approve']);
    expect(connection.losses()).toBe(1);
    const { id } = await server.api.workspace('lost');
    expect(await server.api.get(`/api/v2/workspaces/${id}/runs`)).toHaveLength(1);
    await expectQuiet('lost');
  });
  command('the server is killed during the plan', async (shell) => {
    const folder = await readyFolder('killed');
    await shell.terraform(folder, ['plan'], {
      during: async (terraform) => {
        await terraform.sees('To view this run in a browser');
        await server.killAndRestart();
      },
    });
    await expectQuiet('killed');
  });
});

const randomText = (length: number): string =>
  Array.from({ length: length / 8 }, () => Math.random().toString(36).slice(2, 10).padEnd(8)).join('');

interface Connection {
  url: string;
  hostname: string;
  leadTo(hostname: string): void;
  /** Breaks the connection in the middle of the next upload. */
  cutNextUpload(): void;
  cuts(): number;
  /** Breaks the connection when the server answers the next request that begins with this text. */
  loseNextAnswer(request: string): void;
  losses(): number;
  close(): void;
}

/** A proxy between the client and the server. */
async function openConnection(): Promise<Connection> {
  let target = '';
  let toCut = 0;
  let cuts = 0;
  let toLose: string | undefined;
  let losses = 0;
  const listener = createServer((client) => {
    const upstream = connect(Number(target.split(':')[1]), '127.0.0.1');
    let uploadedBytes = 0;
    let isUpload = false;
    client.on('data', (bytes: Buffer) => {
      if (toLose !== undefined && bytes.includes(toLose)) {
        toLose = undefined;
        losses += 1;
        upstream
          .unpipe(client)
          .once('data', () => client.destroy())
          .resume();
      }
      isUpload ||= bytes.includes('PUT /api/v2/uploads/');
      if (isUpload) uploadedBytes += bytes.length;
      if (toCut > cuts && uploadedBytes > 500_000) {
        cuts += 1;
        client.destroy();
        upstream.destroy();
      } else upstream.write(bytes);
    });
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy());
    client.on('close', () => upstream.end());
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const hostname = `localhost:${(listener.address() as AddressInfo).port}`;
  return {
    url: `http://${hostname}`,
    hostname,
    leadTo: (address) => void (target = address),
    cutNextUpload: () => void (toCut = cuts + 1),
    cuts: () => cuts,
    loseNextAnswer: (request) => void (toLose = request),
    losses: () => losses,
    close: () => void listener.close(),
  };
}
