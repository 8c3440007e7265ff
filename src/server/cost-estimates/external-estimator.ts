import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Estimate } from '../../checks/estimate.ts';
import { storable } from '../../checks/storable-text.ts';
import { readInfracostOutput } from './infracost-output.ts';

/** The operator's program did not give an estimate; the message says why. */
export class EstimatorProblem extends Error {}

/** Shorter than the limit of a phase, so that the run learns the reason. */
const LIMIT_MS = 30_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const MAX_COMPLAINT_BYTES = 64 * 1024;

/**
 * Asks a program of the operator: `COMMAND /path/to/plan.json`, which answers on its standard output as Infracost does
 * (docs/cost.md). It gets a copy of the plan in a folder of its own, which is its home and is deleted afterwards, and
 * only PATH from the server's environment.
 *
 * @param plan the file with the plan as `terraform show -json` prints it
 * @param signal ends it; the error is the signal's reason
 * @throws EstimatorProblem
 */
export async function askEstimator(
  command: string,
  plan: string,
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<Estimate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runwright-cost-'));
  try {
    const file = path.join(folder, 'plan.json');
    await copyFile(plan, file);
    const output = await run(command, file, folder, signal, limitMs);
    try {
      return readInfracostOutput(output);
    } catch (error) {
      const why = error instanceof Error ? storable(error.message).slice(0, 300) : '';
      throw new EstimatorProblem(`its output cannot be used: ${why}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  command: string,
  file: string,
  folder: string,
  signal: AbortSignal,
  limitMs: number,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(command, [file], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The program gets a process group of its own, so that all processes that it started end with it.
    detached: true,
  });
  let problem: Error | undefined;
  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All processes have ended already.
    }
  };
  const stop = (reason: Error): void => {
    problem ??= reason;
    kill();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const onAbort = (): void =>
    stop(signal.reason instanceof Error ? signal.reason : new Error('it was ended'));
  signal.addEventListener('abort', onAbort);
  const late = new EstimatorProblem(`it did not end within ${limitMs / 1_000} seconds`);
  const clock = setTimeout(() => stop(late), limitMs);
  const output: Buffer[] = [];
  let complaint = '';
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > MAX_OUTPUT_BYTES) stop(new EstimatorProblem('its output is larger than 16 MiB'));
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-MAX_COMPLAINT_BYTES);
  });
  try {
    const end = await new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(`it could not be started: ${error.message}`));
      child.on('close', (code, ended) => resolve(code === 0 ? '' : `it ended with ${code ?? ended ?? ''}`));
    });
    if (problem !== undefined) throw problem;
    if (end === '') return Buffer.concat(output).toString('utf8');
    const said = storable(complaint).trim().slice(-500).trim();
    throw new EstimatorProblem(said === '' ? end : `${end}: ${said}`);
  } finally {
    clearTimeout(clock);
    signal.removeEventListener('abort', onAbort);
    kill();
  }
}
