import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startStandAlone, type StandAloneServer } from '../../src/mcp/http/stand-alone.ts';
import { startFakePlatform, type FakePlatform } from '../../src/mcp/testing/fake-platform.ts';
import { DEFAULT_GATES, isOpen } from '../../src/mcp/safety/gates.ts';
import { TOKEN } from '../../src/mcp/testing/fake-resources.ts';
import { startOldPlatform } from '../../src/mcp/testing/old-platform.ts';
import { TOOL_CALLS } from '../../src/mcp/testing/tool-calls.ts';
import { TOOLS } from '../../src/mcp/tools/table.ts';
import { PROGRAM } from '../cli/agent-process.ts';
import { inspectTool, runInspector } from '../support/inspector.ts';

/** The Inspector, another implementation of a client, drives the tools over both transports. */
const serve = async (platform: FakePlatform): Promise<StandAloneServer> =>
  await startStandAlone(
    { TFC_ADDRESS: platform.address, ENABLE_DELETE_TOOLS: 'true', ENABLE_ACCESS_TOOLS: 'true' },
    { host: '127.0.0.1', port: 0, url: undefined, useOwnToken: false, version: '0.0.0-test' },
  );

describe.each([
  ['HCP Terraform', 'legacy', startFakePlatform],
  ['an old Terraform Enterprise', 'modern', startOldPlatform],
] as const)('against %s, over HTTP in the %s protocol', (name, era, start) => {
  let platform: FakePlatform;
  let server: StandAloneServer;
  beforeAll(async () => {
    platform = await start();
    server = await serve(platform);
  });
  afterAll(async () => {
    await server.close();
    await platform.close();
  });

  test('calls every tool', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    for (const { tool, args, requests } of TOOL_CALLS) {
      platform.take();
      const answer = await inspectTool({ url: server.url, token: TOKEN, era }, tool, args);
      if (name === 'HCP Terraform') {
        expect([tool, answer.isError, answer.text]).toEqual([tool, false, expect.any(String)]);
        expect(platform.take().toSorted()).toEqual([...requests].toSorted());
      }
      if (answer.isError) expect(answer.text).toContain('Next step: ');
      else expect(answer.result).toMatchObject({ summary: {}, next_actions: expect.any(Array) as unknown });
    }
    vi.restoreAllMocks();
    expect(platform.takeWrong()).toEqual([]);
  });
});

describe('over stdio, with one process per call', () => {
  let platform: FakePlatform;
  beforeAll(async () => void (platform = await startFakePlatform()));
  afterAll(async () => await platform.close());

  const inspect = async (...args: string[]) =>
    await runInspector([
      ...['-e', `TFC_ADDRESS=${platform.address}`, '-e', `TFC_TOKEN=${TOKEN}`, '--transport', 'stdio'],
      ...['--format', 'json', ...args, '--', process.execPath, PROGRAM, 'mcp'],
    ]);

  test('tools, resources and prompts are listed, and every schema is portable', async () => {
    const [tools, templates, prompts] = await Promise.all([
      inspect('--method', 'tools/list', '--strict'),
      inspect('--method', 'resources/templates/list'),
      inspect('--method', 'prompts/list'),
    ]);
    expect([tools.exitCode, tools.stderr]).toEqual([0, expect.not.stringContaining('"severity":"error"')]);
    for (const { name } of TOOLS.filter((tool) => isOpen(tool, DEFAULT_GATES))) {
      expect(tools.stdout).toContain(`"name":"${name}"`);
    }
    expect(templates.stdout).toContain('run://{run_id}/plan-summary');
    expect(prompts.stdout).toContain('safe_apply');
  });

  test('a tool answers, and its error becomes an exit code', async () => {
    const [good, bad] = await Promise.all([
      inspect('--method', 'tools/call', '--tool-name', 'whoami'),
      inspect('--method', 'tools/call', '--tool-name', 'get_run_details', '--tool-arg', 'run_id=x'),
    ]);
    expect([good.exitCode, good.stdout]).toEqual([0, expect.stringContaining('"username":"ann"')]);
    expect([bad.exitCode, bad.stdout]).toEqual([5, expect.stringContaining('invalid_argument')]);
  });
});
