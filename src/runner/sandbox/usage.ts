import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';

/** What the processes of a run hold. */
export interface Usage {
  /** Their own memory, that of files in memory without a name included; programs and libraries are everybody's. */
  memoryBytes: number;
  /** Processes and threads. */
  tasks: number;
  /** Files on the disk that have no name any more, and are there until they are closed. */
  unnamedDiskBytes: number;
}

/** Files looked at in one process: a run may open as many as it likes. */
const MAX_OPEN_FILES = 2_000;
const BLOCK_BYTES = 512;

/** @param diskDevice the device number of the run's folder */
export function measureProcesses(pids: readonly number[], diskDevice: number): Usage {
  const usage: Usage = { memoryBytes: 0, tasks: 0, unnamedDiskBytes: 0 };
  const seen = new Set<string>();
  for (const pid of pids) {
    const status = readStatus(pid);
    const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    usage.memoryBytes += (kibibytes('RssAnon') + kibibytes('RssShmem')) * 1024;
    usage.tasks += kibibytes('Threads');
    for (const { device, inode, bytes } of unnamedFiles(pid)) {
      const name = `${device}:${inode}`;
      if (seen.has(name)) continue;
      seen.add(name);
      if (device === diskDevice) usage.unnamedDiskBytes += bytes;
      else usage.memoryBytes += bytes;
    }
  }
  return usage;
}

/** Empty for a process that is gone. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

function unnamedFiles(pid: number): { device: number; inode: number; bytes: number }[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder)
      .slice(0, MAX_OPEN_FILES)
      .flatMap((fd) => {
        const stats = statSync(`${folder}/${fd}`, { throwIfNoEntry: false });
        return stats?.isFile() && stats.nlink === 0
          ? [{ device: stats.dev, inode: stats.ino, bytes: stats.blocks * BLOCK_BYTES }]
          : [];
      });
  } catch {
    // It is gone, or closed what was just listed.
    return [];
  }
}

/** What a folder takes of the disk; undefined when it could not be looked through, as one that is changing. */
export async function measureFolder(folder: string): Promise<number | undefined> {
  const child = spawn('du', ['-sx', '-B1', '--', folder], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  const bytes = Number.parseInt(text, 10);
  return Number.isNaN(bytes) ? undefined : bytes;
}
