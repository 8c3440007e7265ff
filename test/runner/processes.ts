import { readdirSync, readFileSync } from 'node:fs';

/** Processes of this host, sandboxed ones included, whose NUL-separated command line starts so. */
export function countProcesses(commandLine: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(commandLine);
    } catch {
      // It is gone by now.
      return false;
    }
  }).length;
}

/** The name that the kernel knows a process by; empty when it is gone. */
export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
