/** Starts programs, waits for them, and ends them with this process. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Ended {
  succeeded: boolean;
  /** Its whole output. */
  output: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** The program is killed after this long, and then counts as failed. */
  withinMs: number;
}

const running = new Set<ChildProcess>();

/** Kills the programs that still run. Each was started in its own process group, together with its children. */
export function endCommands(): void {
  for (const child of running) endGroup(child);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has already ended.
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
