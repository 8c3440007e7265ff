import type { ChildProcess } from 'node:child_process';
import type { Exit } from './sandbox.ts';

/** A background process that keeps a stream open must not hold the step up. */
const STREAMS_END_MS = 2_000;

/** Resolves when the process is gone and its streams have ended; `onExit` runs in between. */
export function waitForExit(child: ChildProcess, onExit: () => void): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      onExit();
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, STREAMS_END_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}
