import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGINT_BIT = 1n << 1n;
const WAIT_FOR_HANDLER_MS = 3_000;

/**
 * Sends one SIGINT once the process has a handler for it. Without a handler, a plain process would die of it, and the
 * first process of a PID namespace would ignore it. Where /proc is missing, the signal is sent at once.
 */
export async function interruptWhenReady(pid: number, hasExited: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + WAIT_FOR_HANDLER_MS;
  while (!hasExited() && performance.now() < giveUpAt && (await catchesInterrupt(pid)) === false)
    await sleep(5);
  if (!hasExited()) signal(pid, 'SIGINT');
}

async function catchesInterrupt(pid: number): Promise<boolean | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return caught === undefined ? undefined : (BigInt(`0x${caught}`) & SIGINT_BIT) !== 0n;
}

/** False only if there is no such process; a negative pid means a group. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
