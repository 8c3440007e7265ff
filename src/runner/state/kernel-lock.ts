import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';

const { tryLock } = createRequire(import.meta.url)('fs-native-extensions') as {
  tryLock(fd: number, options?: { shared: boolean }): boolean;
};

/**
 * Takes the exclusive lock of `file`, made when absent; undefined when someone alive has it. The kernel lets go of it
 * when the holder dies, however it dies, so no process id can be mistaken for another. Call the result to release.
 */
export function takeKernelLock(file: string): (() => void) | undefined {
  return take(file, false);
}

/** The same, beside others that share it; undefined while somebody has it for themselves. */
export function shareKernelLock(file: string): (() => void) | undefined {
  return take(file, true);
}

function take(file: string, shared: boolean): (() => void) | undefined {
  const fd = openSync(file, 'a+', 0o600);
  if (tryLock(fd, { shared })) return () => closeSync(fd);
  closeSync(fd);
  return undefined;
}
