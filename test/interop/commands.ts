/** Programs that are started, waited for, and ended with this process. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Ended {
  succeeded: boolean;
  /** All that it wrote. */
  output: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** After this long it is killed, and has not succeeded. */
  withinMs: number;
}

const running = new Set<ChildProcess>();

/** Kills what has not ended: each was started in a group of its own, with all that it started. */
export function endCommands(): void {
  for (const child of running) endGroup(child);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export async function run(command: string, args: string[], options: CommandOptions): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const late = setTimeout(() => {
    output += `\nkilled after ${options.withinMs / 1000} s`;
    endGroup(child);
  }, options.withinMs);
  const succeeded = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
  clearTimeout(late);
  running.delete(child);
  return { succeeded, output };
}
