import { readdirSync, readFileSync } from 'node:fs';
import { signal } from './signals.ts';

/** One process as the kernel lists it. */
export interface ListedProcess {
  pid: number;
  parent: number;
}

/** Every process that this one can see. */
function listProcesses(): ListedProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const text = readOr(`/proc/${name}/stat`);
    // The second field, the program's name, may hold any character; fields are counted after its parenthesis.
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    return text === '' ? [] : [{ pid: Number(name), parent }];
  });
}

/** `root` and all its descendants. */
export function treeOf(root: number, processes = listProcesses()): number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found: number[] = [];
  for (let waiting = [root]; waiting.length > 0;) {
    found.push(...waiting);
    waiting = waiting.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}

/** The whole tree is stopped before it is killed: a parent could start others while its children are killed. */
export function killTree(root: number): void {
  const tree = treeOf(root);
  for (const pid of tree) signal(pid, 'SIGSTOP');
  for (const pid of new Set([...tree, ...treeOf(root)])) signal(pid, 'SIGKILL');
}

/**
 * Processes whose environment began with `entry`, as `NAME=value`, even if they left their parent, group and session.
 * Processes whose environment cannot be read are not included.
 */
export function markedBy(entry: string): number[] {
  return listProcesses()
    .filter(
      ({ pid }) => pid !== process.pid && `\0${readOr(`/proc/${pid}/environ`)}`.includes(`\0${entry}\0`),
    )
    .map(({ pid }) => pid);
}

/** Kills these processes, and those that they start meanwhile. */
export function killMarked(entry: string): void {
  for (let round = 0; round < 10; round++) {
    const found = markedBy(entry);
    if (found.length === 0) return;
    for (const pid of found) signal(pid, 'SIGKILL');
  }
}

/** Empty for a process that is gone, or that this user may not read. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
