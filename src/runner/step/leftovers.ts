import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLost, ServerRefused } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import { interruptWhenReady, signal } from '../sandbox/signals.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { LAST_STATE, sha256 } from '../state/state-delivery.ts';
import { readNewestState } from '../state/state-locations.ts';
import { sshFolderOf } from '../ssh/ssh-access.ts';
import { keepState } from './kept-states.ts';
import type { RunnerContext } from './step-context.ts';
import { lockFileOf } from './step-folder.ts';
import { readStartTicks, readStepRecord, type StepRecord } from './step-record.ts';

/** Clears leftovers at once and then from time to time, until `stopped`: a server that was away comes back. */
export async function keepClearingLeftovers(runner: RunnerContext, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    await clearLeftovers(runner, stopped).catch((error: unknown) =>
      runner.log('error', 'leftover steps could not be cleared', { error: String(error) }),
    );
    const pause = sleep(runner.limits.leftoversEveryMs, undefined, { signal: stopped });
    await pause.catch(() => undefined);
  }
}

/**
 * Brings steps of a dead runner, and those whose state could not be delivered, to their end: stops what still runs,
 * delivers the last state under the lease the step had, and removes the folder. Folders of runners alive, known by their
 * locks, are left alone. A folder whose state cannot be delivered for now stays for the next time.
 */
async function clearLeftovers(runner: RunnerContext, stopped: AbortSignal): Promise<void> {
  const { workFolder } = runner.settings;
  for (const entry of await readdir(workFolder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'undelivered') continue;
    const root = join(workFolder, entry.name);
    const record = readStepRecord(join(root, 'record.json'));
    // Without a record it may be anyone's folder, or a step's that had not begun.
    if (!record) continue;
    const release = takeKernelLock(lockFileOf(root));
    if (!release) continue;
    try {
      if (await clearOne(runner, root, record, stopped)) await rm(root, { recursive: true, force: true });
    } catch (error) {
      runner.log('error', 'a leftover step could not be cleared', { step: record.id, error: String(error) });
    } finally {
      release();
    }
  }
}

/** Whether the folder may go. */
async function clearOne(
  runner: RunnerContext,
  root: string,
  record: StepRecord,
  stopped: AbortSignal,
): Promise<boolean> {
  await stopProcess(record, runner.limits.graceMs);
  // The folder may have to stay for its state; the key of an init that never ended must not.
  await rm(sshFolderOf(join(root, 'box')), { recursive: true, force: true });
  if (!record.locations) return true;
  const snapshot = await readNewestState(record.locations);
  if (!snapshot || sha256(snapshot.bytes) === record.priorSha256) return true;
  // Its lease means nothing to another server, and the state is none of that one's business.
  if (record.url !== runner.settings.url) return false;
  try {
    await retry(() => runner.client.putState(record, snapshot.bytes, LAST_STATE), {
      forMs: runner.limits.deliveryMs,
      signal: stopped,
    });
    runner.log('warn', 'delivered the state that a step had left', { step: record.id });
  } catch (error) {
    if (!(error instanceof LeaseLost || error instanceof ServerRefused)) throw error;
    const kept = await keepState(runner.settings.workFolder, record.id, record.locations, record.priorSha256);
    runner.log('error', 'the server refused the state that a step had left', {
      step: record.id,
      kept,
    });
  }
  return true;
}

/** Only without bubblewrap does an engine outlive its runner. It may finish what it holds, as after an interrupt. */
async function stopProcess({ process: leader }: StepRecord, graceMs: number): Promise<void> {
  if (!leader) return;
  const isAlive = () => readStartTicks(leader.pid) === leader.startTicks;
  if (!isAlive()) return;
  await interruptWhenReady(leader.pid, () => !isAlive());
  const giveUpAt = performance.now() + graceMs;
  while (isAlive() && performance.now() < giveUpAt) await sleep(100);
  // The group may hold more than its leader; while any of them lives, its number is not given to others.
  signal(-leader.pid, 'SIGKILL');
}
