import { createClient } from '@runwright/client';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectTools, type ToolCaller } from '../../src/mcp/testing/tool-caller.ts';
import { startAgent, type AgentProcess } from '../cli/agent-process.ts';
import { pageIn } from '../support/approval-form.ts';
import { startBrowser, type Browser } from '../support/browser.ts';
import { needs } from '../support/programs.ts';
import { until, upload } from '../support/real-run.ts';
import { createOrganization, createWorkspace, statusOf, uniqueName } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const resource = (name: string, body: string): string =>
  `resource "terraform_data" "${name}" {\n${body}\n}\n`;
const BEFORE = [
  resource('database', '  input = "small"'),
  resource('cache', '  input = "old"'),
  resource('archive', '  input = "kept"'),
  resource('network', '  triggers_replace = "a"'),
].join('');
const AFTER = [
  resource('database', '  input = "large"'),
  resource('network', '  triggers_replace = "b"'),
  resource('server', '  for_each = toset(["first", "second"])\n  input = each.key'),
  'removed {\n  from = terraform_data.archive\n  lifecycle {\n    destroy = false\n  }\n}\n',
  resource('adopted', ''),
  'import {\n  to = terraform_data.adopted\n  id = "from-elsewhere"\n}\n',
].join('');

/** The folder for screenshots, if `RUNWRIGHT_SCREENSHOTS` names one. */
const shots = process.env['RUNWRIGHT_SCREENSHOTS'];
if (shots !== undefined) mkdirSync(shots, { recursive: true });

needs('terraform', 'chromium')('the page on which a person decides about a real plan', () => {
  let server: TestServer;
  let agent: AgentProcess;
  let browser: Browser;
  let tools: ToolCaller;
  let organization: string;
  let workspaceId: string;
  let person: string;
  const username = uniqueName('person');
  beforeAll(async () => {
    server = await startTestServer();
    agent = await startAgent(server.url);
    browser = await startBrowser();
    tools = await connectTools(
      createClient({ address: server.url, token: ADMIN_TOKEN, userAgent: 'runwright-mcp/test' }),
    );
    organization = await createOrganization(server);
    person = await server.addUser(username, [organization]);
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    workspaceId = await createWorkspace(server, organization, {
      name: 'network',
      'mcp-apply-approval': true,
    });
    await upload(client, workspaceId, { 'main.tf': BEFORE });
    const first = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    await until(client, first.id, 'final');
    await upload(client, workspaceId, { 'main.tf': AFTER });
  });
  afterAll(async () => {
    await tools.close();
    await browser.close();
    await agent.stop();
    await server.close();
  });

  /** Creates a run and asks to apply it as an agent. Resolves to the run and the address of the approval page. */
  async function askForApproval(params: object = {}): Promise<{ runId: string; url: string }> {
    const created = await tools.call('create_run', {
      workspace_id: workspaceId,
      params: { message: 'Bigger', ...params },
    });
    const runId = String(created.result?.summary['id']);
    const settled = await tools.call('wait_for_run', { run_id: runId });
    expect(settled.result?.summary['status'], settled.text).toBe('planned');
    const asked = await tools.call('apply_run', { run_id: runId, comment: 'Load is up' });
    return { runId, url: pageIn(asked.text) };
  }

  /** Checks the page on a desktop and on a phone, in both colour schemes. */
  async function inspectPage(name: string): Promise<void> {
    const { page } = browser;
    for (const [device, width] of [
      ['desktop', 1280],
      ['phone', 390],
    ] as const) {
      for (const dark of [false, true]) {
        await page.look({ width, dark });
        expect(await page.violations()).toEqual([]);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect([name, device, await page.evaluate<number>(overflow)]).toEqual([name, device, 0]);
        const file = `${name}-${device}-${dark ? 'dark' : 'light'}.png`;
        if (shots !== undefined) await page.screenshot(path.join(shots, file));
      }
    }
  }

  async function signIn(url: string): Promise<void> {
    const { page } = browser;
    await page.goto(url);
    await page.type(person);
    await page.press('Enter', { loads: true });
  }

  /** Presses Tab until the button has the focus, as a person without a mouse does. */
  async function focus(label: string): Promise<void> {
    const { page } = browser;
    for (let presses = 0; presses < 6; presses += 1) {
      await page.press('Tab');
      const focused = await page.evaluate<string | undefined>('document.activeElement?.innerText');
      if (focused?.includes(label) === true) return;
    }
    throw new Error(`no button ${label} is reached with the keyboard`);
  }

  test('shows what would change and applies it, with the keyboard alone', async () => {
    const { page } = browser;
    const { runId, url } = await askForApproval();
    await page.goto(url);
    expect(await page.text()).not.toContain(runId);
    await inspectPage('sign-in');
    await signIn(url);
    const text = await page.text();
    expect(text).toContain(`${organization}/network`);
    expect(text).toContain(runId);
    expect(text).toContain('Bigger');
    expect(text).toContain('Load is up');
    expect(text).toContain('an agent of admin');
    expect(text).toMatch(/fingerprint [0-9a-f]{16}/);
    expect(text).toMatch(/until \d+ \w+ 2\d{3} at \d\d:\d\d UTC/);
    const listed = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".changes li")].map((row) => row.innerText.replace(/\\s+/g, " "))',
    );
    expect(listed).toEqual([
      'destroy terraform_data.cache',
      'replace terraform_data.network',
      'forget terraform_data.archive',
      'change terraform_data.database',
      'import terraform_data.adopted',
      'create terraform_data.server["first"]',
      'create terraform_data.server["second"]',
    ]);
    expect(text).toContain('1 to replace');
    await inspectPage('decision');
    await focus(`Apply as ${username}`);
    await page.press('Enter', { loads: true });
    expect(await page.text()).toContain('being applied');
    await inspectPage('done');
    await until(createClient({ address: server.url, token: ADMIN_TOKEN }), runId, 'final');
    expect(await statusOf(server, runId)).toBe('applied');
  });

  test('rejects, and says that everything would be destroyed', async () => {
    const { page } = browser;
    const { runId, url } = await askForApproval({ is_destroy: true });
    await signIn(url);
    expect(await page.text()).toContain('Destroy everything in this workspace?');
    await inspectPage('destroy');
    await focus('Reject');
    await page.press('Space', { loads: true });
    expect(await page.text()).toContain('The run was discarded');
    await inspectPage('rejected');
    expect(await statusOf(server, runId)).toBe('discarded');
  });

  test('refuses a changed plan, another token, and a second decision', async () => {
    const { page } = browser;
    const { runId, url } = await askForApproval({ replace_addrs: ['terraform_data.database'] });
    await page.goto(url);
    await page.type('not-a-token-of-anybody');
    await page.press('Enter', { loads: true });
    expect(await page.text()).toContain('not the token of a user who may apply');
    await inspectPage('wrong-token');
    await signIn(url);
    // Changes the plan's bytes, which only somebody with access to the database can do.
    const phase = await server.platform.db
      .selectFrom('run_phase')
      .select('id')
      .where('run_id', '=', runId)
      .where('kind', '=', 'plan')
      .executeTakeFirstOrThrow();
    const artifact = server.platform.db
      .updateTable('phase_artifact')
      .where('phase_id', '=', phase.id)
      .where('name', '=', 'provider-schemas');
    const { sha256 } = await server.platform.db
      .selectFrom('phase_artifact')
      .select('sha256')
      .where('phase_id', '=', phase.id)
      .where('name', '=', 'plan-json')
      .executeTakeFirstOrThrow();
    await artifact.set({ sha256 }).execute();
    await focus('Apply');
    await page.press('Enter', { loads: true });
    expect(await page.text()).toContain('The plan is not the one that was asked for any more');
    await inspectPage('changed');
    expect(await statusOf(server, runId)).toBe('planned');
    await server.call('POST', `/api/v2/runs/${runId}/actions/discard`);
    await signIn(url);
    await focus('Reject');
    await page.press('Enter', { loads: true });
    expect(await page.text()).toContain('Nothing was done');
  });

  test('and loads, runs and reports nothing that its content security policy refuses', () => {
    // A refused form is answered with a 4xx, which the browser logs to its console.
    const refusals = browser.complaints.filter((line) => !/status of (401|409)/.test(line));
    expect(refusals).toEqual([]);
  });
});
