import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AGENT_TOKEN } from '../support/server.ts';

export const PROGRAM = path.resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');
export const EXAMPLE = path.resolve(import.meta.dirname, '..', '..', 'examples', 'servers');

export interface AgentProcess {
  /** Asks the agent to stop. Resolves to its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** The log of the agent so far. */
  log(): string;
}

/** `runwright agent` as a process that works for a server of the test. */
export async function startAgent(serverUrl: string, env: NodeJS.ProcessEnv = {}): Promise<AgentProcess> {
  const workFolder = await mkdtemp(path.join(tmpdir(), 'runwright-agent-test-'));
  const child = spawn(process.execPath, [PROGRAM, 'agent', '--url', serverUrl, '--slots', '1'], {
    env: {
      PATH: process.env['PATH'],
      RUNWRIGHT_AGENT_TOKEN: AGENT_TOKEN,
      RUNWRIGHT_WORK: workFolder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  // Its last output may arrive after its exit.
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
  return {
    log: () => log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const code = await exited;
      await rm(workFolder, { recursive: true, force: true });
      return code;
    },
  };
}
