import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, optionally } from '../support/programs.ts';
import { startAgentServer, type AgentServer, type StepWish } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState } from './harness.ts';

const TOKEN = 'agent-token-of-the-test';
const PROGRAM = resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');
const NOBODY = 65_534;
/** A prefix that starts a command as an unprivileged user; empty where the tests do not run as root. */
const AS_OTHER =
  process.getuid?.() === 0
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all']
    : [];
const [probe = 'test', ...probeArgs] = [...AS_OTHER, 'test', '-r', PROGRAM];
const canStart = spawnSync(probe, probeArgs).status === 0;

const describeIfPossible = canStart
  ? needs('terraform', 'bwrap')
  : optionally(false, 'the tests of a runner that is not root: let others read the folder of the project');

describeIfPossible('a runner that is not root', () => {
  let server: AgentServer;
  let folder: string;
  let agent: ChildProcess;
  let log = '';
  beforeAll(async () => {
    server = await startAgentServer(TOKEN);
    folder = await mkdtemp(join(tmpdir(), 'runwright-other-user-'));
    if (AS_OTHER.length > 0) await chown(folder, NOBODY, NOBODY);
    const [program = '', ...args] = [...AS_OTHER, process.execPath, PROGRAM, 'agent', '--url', server.url];
    agent = spawn(program, args, {
      cwd: '/',
      env: {
        ...{ PATH: process.env['PATH'], HOME: folder, RUNWRIGHT_SANDBOX: 'required' },
        ...{ RUNWRIGHT_AGENT_TOKEN: TOKEN, RUNWRIGHT_WORK: join(folder, 'work') },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [agent.stdout, agent.stderr])
      stream?.on('data', (text: Buffer) => (log += text.toString()));
  });
  afterAll(async () => {
    agent.kill('SIGTERM');
    if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit');
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function execute(wish: StepWish) {
    const served = server.enqueue(wish);
    const finish = await Promise.race([served.finished, once(agent, 'exit').then(() => undefined)]);
    expect([finish?.outcome, log, served.log.toString()]).toEqual([
      'succeeded',
      expect.anything(),
      expect.anything(),
    ]);
    return served;
  }

  it('plans and applies, as isolated as the runs of root', async () => {
    const tries = {
      kernel: ': > /proc/sys/kernel/core_pattern',
      users: 'unshare -U true',
      files: `ls ${folder}/work`,
      token: `cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep RUNWRIGHT_AGENT_TOKEN`,
      root: ': > /left',
    };
    const script = Object.entries(tries).map(
      ([name, command]) => `(${command}) 2>/dev/null && echo open-${name}`,
    );
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "it" {
  provisioner "local-exec" { command = ${JSON.stringify([...script, 'echo tried'].join('; '))} }
}`,
    });
    const plan = await execute({ phase: 'plan', configuration });
    const apply = await execute({ phase: 'apply', configuration, plan: plan.artifacts.get('plan-file') });
    const said = [...apply.log.toString().matchAll(/\(local-exec\): (open-\w+|tried)"/g)].map(
      ([, word]) => word,
    );
    expect(said).toEqual(['tried']);
    expect(lastState(apply).resources).toHaveLength(1);
  });
});
