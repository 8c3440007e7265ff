import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun, readyWorkspace, statusOf } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { startTaskService, type TaskService } from '../support/task-service.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'run-tasks.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands = '']) => commands);

let server: TestServer;
let service: TaskService;
beforeAll(async () => {
  service = await startTaskService();
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  service.close();
});

test(
  'the commands of the page make a task, attach it, answer for it, and show what it said',
  { timeout: 120_000 },
  async () => {
    const { organization, workspaceId } = await readyWorkspace(server, { name: 'network' });
    const bash = async (commands: string, variables: Record<string, string> = {}): Promise<string> => {
      const env = {
        PATH: `${path.join(root, 'bin')}:${process.env['PATH']}`,
        RUNWRIGHT_URL: server.url,
        RUNWRIGHT_TOKEN: ADMIN_TOKEN,
        ORGANIZATION: organization,
        SERVICE: service.url,
        ...variables,
      };
      return (await promisify(execFile)('bash', ['-euc', commands], { env })).stdout;
    };
    const [make = '', answer = '', show = ''] = blocks;
    expect(blocks).toHaveLength(3);
    expect(await bash(make)).toMatch(
      /task-\w{16} {2}scanner {2}\S+ {2}enabled\nwstask-\w{16} {2}scanner is asked at pre_plan, post_plan, mandatory\ntask-\w{16} {2}scanner/,
    );
    const runId = await createRun(server, workspaceId);
    const asked = await service.requestFor(runId, 'pre_plan');
    await bash(answer, {
      CALLBACK: asked.payload.task_result_callback_url,
      ACCESS_TOKEN: asked.payload.access_token,
    });
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('plan_queued');
    expect(await bash(show, { RUN: runId })).toBe(
      'pre-plan  passed\n    passed  scanner (mandatory)\n        4 passed, 0 failed\n        https://example.com/17\n' +
        'post-plan  pending\n    pending  scanner (mandatory)\n',
    );
  },
);
