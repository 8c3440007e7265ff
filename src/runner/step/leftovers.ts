import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLost, ServerAway, ServerRefused } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import { removeFolder } from '../sandbox/remove-folder.ts';
import { interruptWhenReady, signal } from '../sandbox/signals.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { LAST_STATE } from '../state/state-delivery.ts';
import { findStates } from '../state/state-locations.ts';
import { sshFolderOf } from './ssh-access.ts';
import { keepStates, listKeptStates, removeKeptState } from './kept-states.ts';
import type { AgentContext, RunnerContext } from './step-context.ts';
import { lockFileOf } from './step-folder.ts';
import { readStartTicks, readStepRecord, type StepRecord } from './step-record.ts';

/** The number of processes that may die while clearing one leftover. */
const MAX_DEATHS = 2;
const QUICK_LOOKS = 5;
const QUICK_LOOK_MS = 1_000;

/**
 * Clears leftovers at once and then repeatedly, until `stopped`: an unreachable server comes back. `clear` handles
 * each in a process of its own; a leftover that kills such processes is put aside.
 */
export async function keepClearingLeftovers(
  agent: AgentContext,
  stopped: AbortSignal,
  clear: (root: string) => Promise<boolean>,
): Promise<void> {
  const deaths = new Map<string, number>();
  const refused = new Set<string>();
  let quickLooks = QUICK_LOOKS;
  while (!stopped.aborted) {
    try {
      await deliverKept(agent, refused, stopped);
      for (const root of await findLeftovers(agent.settings.workFolder)) {
        if (stopped.aborted) break;
        if (await clear(root)) continue;
        const count = (deaths.get(root) ?? 0) + 1;
        deaths.set(root, count);
        if (count >= MAX_DEATHS) await putAside(agent, root, 'clearing it ends the process that tries');
      }
    } catch (error) {
      agent.log('error', 'leftover steps could not be cleared', { error: String(error) });
    }
    // Processes of an agent that has just died may still be ending.
    const pauseMs = quickLooks-- > 0 ? QUICK_LOOK_MS : agent.limits.leftoversEveryMs;
    const pause = sleep(Math.min(pauseMs, agent.limits.leftoversEveryMs), undefined, { signal: stopped });
    await pause.catch(() => undefined);
  }
}

/** Folders of steps that no process works on; their locks are free. */
async function findLeftovers(workFolder: string): Promise<string[]> {
  const entries = await readdir(workFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'undelivered')
    .map((entry) => join(workFolder, entry.name))
    .filter((root) => {
      // Without a record it may be another program's folder, or that of a step that had not begun.
      if (!readStepRecord(join(root, 'record.json'))) return false;
      const release = takeKernelLock(lockFileOf(root));
      release?.();
      return release !== undefined;
    });
}

/**
 * Ends a step of a dead runner, or one whose state could not be delivered: stops what still runs, delivers the last
 * state under the step's lease, and removes the folder. If the state cannot be delivered now, the folder stays for
 * the next attempt. Never fails.
 */
export async function clearLeftover(runner: RunnerContext, root: string): Promise<void> {
  const record = readStepRecord(join(root, 'record.json'));
  const release = record && takeKernelLock(lockFileOf(root));
  if (!release) return;
  try {
    if (await clearOne(runner, root, record)) await removeFolder(root);
  } catch (error) {
    // A failure because the server is away is tried again; any other would repeat.
    if (!(error instanceof ServerAway)) return await putAside(runner, root, String(error));
    runner.log('error', 'a leftover step could not be cleared yet', {
      step: record.id,
      error: String(error),
    });
  } finally {
    release();
  }
}

/** Moves the folder to a place where people can look at it. */
async function putAside({ settings, log }: AgentContext, root: string, why: string): Promise<void> {
  const aside = join(settings.workFolder, 'undelivered', basename(root));
  try {
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
    await rename(root, aside);
    log('error', 'a leftover step is given up; its files are kept', { kept: aside, error: why });
  } catch (failure) {
    log('error', 'a leftover step could not be put aside', { folder: root, error: String(failure) });
  }
}

/**
 * Offers a refused state once more: the server may be another version by now. A state that is refused again waits for
 * the next start.
 */
async function deliverKept(runner: AgentContext, refused: Set<string>, stopped: AbortSignal): Promise<void> {
  for (const kept of await listKeptStates(runner.settings.workFolder)) {
    if (stopped.aborted) return;
    if (kept.owner.url !== runner.settings.url || refused.has(kept.file)) continue;
    try {
      await runner.client.putState(kept.owner, await readFile(kept.file), LAST_STATE);
      await removeKeptState(kept);
      runner.log('warn', 'delivered a state that was kept', { step: kept.owner.id });
    } catch (error) {
      if (error instanceof ServerAway) return;
      refused.add(kept.file);
      runner.log('error', 'the server refuses a state that is kept', {
        kept: kept.file,
        error: String(error),
      });
    }
  }
}

/** @returns whether the folder may be removed */
async function clearOne(runner: RunnerContext, root: string, record: StepRecord): Promise<boolean> {
  await stopProcess(record, runner.limits.graceMs);
  // The folder may have to stay for its state; the SSH key of an unfinished init must not.
  await rm(sshFolderOf(join(root, 'box')), { recursive: true, force: true });
  if (!record.locations) return true;
  const { newest, unreadable, tooLarge } = await findStates(record.locations, record.known);
  const states = [...(newest ? [newest.bytes] : []), ...unreadable];
  if (states.length + tooLarge.length === 0) return true;
  // The lease means nothing to another server, and the state does not belong there.
  if (record.url !== runner.settings.url) {
    runner.log('warn', 'a state waits here for the server that its step came from', {
      step: record.id,
      server: record.url,
      kept: root,
    });
    return false;
  }
  try {
    for (const bytes of states) {
      await retry(() => runner.client.putState(record, bytes, LAST_STATE), {
        forMs: runner.limits.deliveryMs,
      });
    }
    if (states.length === 0) throw new ServerRefused(413, 'the state is larger than any that is delivered');
    runner.log('warn', 'delivered the state that a step had left', { step: record.id });
  } catch (error) {
    if (!(error instanceof LeaseLost || error instanceof ServerRefused)) throw error;
    const kept = await keepStates(runner.settings.workFolder, record, record.locations, record.known);
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
  // The group may have more members than its leader; while one lives, its number is not reused.
  signal(-leader.pid, 'SIGKILL');
}
