import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';

const { tryLock } = createRequire(import.meta.url)('fs-native-extensions') as {
  tryLock(fd: number, options?: { shared: boolean }): boolean;
};

/**
 * Takes the exclusive lock of `file`, which is made when absent; undefined while it is taken. The kernel releases it
 * whenever its holder dies, so no process id can be mistaken for another. Call the result to release it.
 */
export function takeKernelLock(file: string): (() => void) | undefined {
  return take(file, false);
}

/** Takes a shared lock; undefined while a process has the exclusive one. Works on a read-only disk too, where it exists. */
export function shareKernelLock(file: string): (() => void) | undefined {
  return take(file, true);
}

function take(file: string, shared: boolean): (() => void) | undefined {
  const fd = open(file, shared);
  if (tryLock(fd, { shared })) return () => closeSync(fd);
  closeSync(fd);
  return undefined;
}

function open(file: string, shared: boolean): number {
  try {
    return openSync(file, 'a+', 0o600);
  } catch (error) {
    if (!shared || (error as NodeJS.ErrnoException).code !== 'EROFS') throw error;
    return openSync(file, 'r');
  }
}
