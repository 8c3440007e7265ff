import { readdirSync, readFileSync } from 'node:fs';

/** Counts the processes of this host, sandboxed ones too, whose NUL-separated command line starts with this text. */
export function countProcesses(commandLine: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(commandLine);
    } catch {
      // The process has ended meanwhile.
      return false;
    }
  }).length;
}

/** The kernel's name of a process; empty when it has ended. */
export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
