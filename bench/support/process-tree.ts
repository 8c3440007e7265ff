/** Resources of a process and all its descendants, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    // A process may end during the read.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** The process and its descendants. */
export function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(
      (name) => [Number(name), Number(/^PPid:\t(\d+)$/m.exec(read(Number(name), 'status'))?.[1])] as const,
    );
  const all = [root];
  for (const pid of all) all.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return all;
}

/** Processor time in milliseconds, of all threads. */
export function processorMs(pids: readonly number[]): number {
  const ofThread = (pid: number, thread: string): number =>
    Number(read(pid, `task/${thread}/schedstat`).split(' ')[0]) / 1e6;
  return pids
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => ofThread(pid, thread)))
    .reduce((sum, value) => sum + value, 0);
}

/** Memory in bytes, where shared pages count in proportion. */
export function pssBytes(pids: readonly number[]): number {
  const kib = pids.map((pid) => Number(/^Pss:\s+(\d+) kB$/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0));
  return kib.reduce((sum, value) => sum + value, 0) * 1024;
}
