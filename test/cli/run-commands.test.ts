import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { needs } from '../support/programs.ts';
import { createOrganization, createWorkspace } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { EXAMPLE, startAgent, type AgentProcess } from './agent-process.ts';

needs('terraform')('the run commands, against a server and an agent with terraform', () => {
  let server: TestServer;
  let agent: AgentProcess;
  let organization: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = await startTestServer();
    agent = await startAgent(server.url);
    organization = await createOrganization(server);
    env = { RUNWRIGHT_URL: server.url, RUNWRIGHT_TOKEN: ADMIN_TOKEN };
  });
  afterAll(async () => {
    await agent.stop();
    await server.close();
  });

  const run = (...args: string[]) => runCli(['run', ...args], env);
  const runIdIn = (text: string): string => /run-[A-Za-z0-9]{16}/.exec(text)?.[0] ?? '';

  test('a folder is uploaded, planned, approved, applied and its outputs are read', async () => {
    await createWorkspace(server, organization, { name: 'whole-road' });
    const workspace = `${organization}/whole-road`;

    const created = await run('create', workspace, '--dir', EXAMPLE, '--var', 'server_count=2', '--watch');
    expect(created.stderr).toBe('');
    expect(created.exitCode).toBe(0);
    expect(created.stdout).toContain('Plan: 7 to add, 0 to change, 0 to destroy.');
    expect(created.stdout).toContain('needs approval');
    const id = runIdIn(created.stdout);
    expect(created.stdout).toContain(`Next: runwright run apply ${id}`);

    const shown = await run('show', id);
    expect(shown.stdout).toContain('7 to add, 0 to change, 0 to destroy');
    expect(shown.stdout).toMatch(/risk +0 of 100, none/);

    const applied = await run('apply', id, '--comment', 'as agreed', '--watch');
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).toContain('Apply complete! Resources: 7 added');
    expect(applied.stdout).not.toContain('Plan to create');

    const outputs = JSON.parse((await run('outputs', workspace, '--json')).stdout) as Record<
      string,
      { sensitive: boolean; value: unknown }
    >;
    expect(outputs['server_count']?.value).toBe(2);
    expect(outputs['dns_records']?.value).toEqual({
      'demo-server-1.demo.example.com': '10.20.0.10',
      'demo-server-2.demo.example.com': '10.20.1.10',
    });
    expect(outputs['enrollment_token']).toMatchObject({ sensitive: true, value: null });

    const logs = await run('logs', id, '--phase', 'apply');
    expect(logs.stdout).toContain('Apply complete! Resources: 7 added');
    const listed = JSON.parse((await run('list', workspace, '--json')).stdout) as { id: string }[];
    expect(listed.map((entry) => entry.id)).toEqual([id]);
    const bySource = async (source: string) => (await run('list', workspace, '--source', source)).stdout;
    expect([(await bySource('cli')).includes(id), (await bySource('api')).includes(id)]).toEqual([
      true,
      false,
    ]);

    const again = await run('apply', id);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('the server refused (409)');
  });

  test("a configuration that terraform refuses exits with 1 and shows terraform's own error", async () => {
    await createWorkspace(server, organization, { name: 'refused' });
    const workspace = `${organization}/refused`;
    const created = await run('create', workspace, '--dir', EXAMPLE, '--var', 'server_count=99', '--watch');
    expect(created.exitCode).toBe(1);
    expect(created.stdout).toContain('There can be 1 to 20 servers.');
    expect(created.stdout).toContain('Next: runwright run logs');
  });

  test('flags reach the run, and a plain text with spaces stays one value', async () => {
    await createWorkspace(server, organization, { name: 'flagged' });
    const folder = await mkdtemp(path.join(tmpdir(), 'runwright-flagged-'));
    try {
      await writeFile(
        path.join(folder, 'main.tf'),
        'variable "text" {}\nresource "terraform_data" "a" { input = var.text }\n' +
          'resource "terraform_data" "b" {}\noutput "text" { value = terraform_data.a.output }\n',
      );
      const flags = [
        '--target',
        ' terraform_data.a ',
        '--debugging-mode',
        '--allow-config-generation',
        '--auto-apply',
      ];
      const text = '[not a list';
      const created = await run(
        ...[
          'create',
          `${organization}/flagged`,
          '--dir',
          folder,
          '--var',
          `text=${text}`,
          '--watch',
          '--json',
        ],
        ...flags,
      );
      const { attributes } = JSON.parse(created.stdout) as { attributes: Record<string, unknown> };
      expect(attributes).toMatchObject({
        'target-addrs': ['terraform_data.a'],
        'debugging-mode': true,
        'allow-config-generation': true,
        source: 'tfe-cli',
        message: 'Queued manually using runwright',
      });
      const id = runIdIn(created.stdout);
      const trace = await run('logs', id, '--trace', '--phase', 'plan');
      expect([trace.exitCode, trace.stdout]).toEqual([0, expect.stringMatching(/\[TRACE\]/)]);
      expect((await run('logs', id, '--trace', '--follow')).stderr).toContain('--trace');
      const outputs = await run('outputs', `${organization}/flagged`, '--json');
      expect(JSON.parse(outputs.stdout)).toMatchObject({ text: { value: text } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a plan-only run is not offered for approval and is listed only when asked for', async () => {
    await createWorkspace(server, organization, { name: 'speculative' });
    const workspace = `${organization}/speculative`;
    const created = await run('create', workspace, '--dir', EXAMPLE, '--plan-only', '--watch', '--json');
    expect(created.exitCode).toBe(0);
    expect(JSON.parse(created.stdout)).toMatchObject({ attributes: { status: 'planned_and_finished' } });
    const untraced = await run('logs', runIdIn(created.stdout), '--trace');
    expect([untraced.exitCode, untraced.stderr]).toEqual([1, expect.stringContaining('debugging-mode')]);
    expect((await run('list', workspace)).stdout).toContain('No runs.');
    expect((await run('list', workspace, '--operation', 'plan')).stdout).toContain('plan only');
  });

  test('a discarded run leaves no outputs', async () => {
    await createWorkspace(server, organization, { name: 'discarded' });
    const workspace = `${organization}/discarded`;
    const created = await run('create', workspace, '--dir', EXAMPLE, '--watch');
    const discarded = await run('discard', runIdIn(created.stdout), '--comment', 'not today', '--watch');
    expect(discarded.exitCode).toBe(0);
    expect(discarded.stdout).toContain('discarded');
    expect((await run('outputs', workspace)).stdout).toContain('No outputs.');
  });

  test('canceling a run during its apply stops terraform, and the watch ends', async () => {
    await createWorkspace(server, organization, { name: 'canceled', 'auto-apply': true });
    const workspace = `${organization}/canceled`;
    const folder = await mkdtemp(path.join(tmpdir(), 'runwright-slow-'));
    try {
      await writeFile(
        path.join(folder, 'main.tf'),
        'resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "sleep 120"\n  }\n}\n',
      );
      const id = runIdIn((await run('create', workspace, '--dir', folder)).stdout);
      const watching = run('watch', id, '--until', 'final');
      await expect
        .poll(async () => (await run('logs', id, '--phase', 'apply')).stdout, { timeout: 30_000 })
        .toContain('Provisioning with');
      expect((await run('cancel', id)).exitCode).toBe(0);
      const watched = await watching;
      expect(watched.stdout).toContain('canceled');
      expect(watched.exitCode).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
