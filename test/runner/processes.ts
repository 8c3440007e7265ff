import { readdirSync, readFileSync } from 'node:fs';

/** Counts the processes of this host, sandboxed ones too, whose NUL-separated command line starts with this text. */
export const countProcesses = (start: string): number =>
  countWhere((commandLine) => commandLine.startsWith(start));

/** The same for processes whose command line has this text anywhere. */
export const countProcessesWith = (text: string): number =>
  countWhere((commandLine) => commandLine.includes(text));

function countWhere(matches: (commandLine: string) => boolean): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return matches(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
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
