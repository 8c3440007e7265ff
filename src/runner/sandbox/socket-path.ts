import { join } from 'node:path';
import type { Log } from '../settings.ts';

/** The kernel's limit for the path of a socket. */
const MAX_SOCKET_BYTES = 107;
/** The path from a work folder to a provider's socket: the run's folder, and the names that go-plugin adds. */
const BELOW = join('run-0123456789abcdef.99', 'box', 'tmp', 'plugin1234567890');

/** The number of bytes by which the path of a work folder is too long, where runs see it unchanged; 0 when it fits. */
export function excessOfPath(workFolder: string): number {
  return Math.max(0, Buffer.byteLength(join(workFolder, BELOW)) - MAX_SOCKET_BYTES);
}

/** Warns early: terraform would only say, after a while, that a plugin did not respond. */
export function warnOfLongPath(workFolder: string, log: Log): void {
  const excess = excessOfPath(workFolder);
  if (excess === 0) return;
  log('warn', 'the path of the work folder is too long: providers cannot be started from there', {
    workFolder,
    fix: `give RUNWRIGHT_WORK (of a server: RUNWRIGHT_HOME) a path that is ${excess} characters shorter`,
  });
}
