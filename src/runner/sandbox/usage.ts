import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Resources that the processes of a run hold. */
export interface Usage {
  /** Their own memory, including that of unnamed files in memory; shared programs and libraries are not counted. */
  memoryBytes: number;
  /** Processes and threads. */
  tasks: number;
  /** Deleted files that still take space on the disk, since they are open. */
  unnamedDiskBytes: number;
}

/** Open files that are looked at per process: a run may open as many as it likes. */
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
    // The process is gone, or has closed the file.
    return [];
  }
}

/** The size of a folder on the disk; undefined when it could not be read, as while it is changing. */
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
