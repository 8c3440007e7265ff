import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import type { AnswerTo, CheckRequest } from '../../checks/exchange.ts';
import { locateProgram } from '../database/embedded-program.ts';

/** Work on what users wrote that did not come to an end: it says nothing of what they wrote it for. */
export class CheckProblem extends Error {
  readonly kind: 'time' | 'memory' | 'fault';

  constructor(kind: CheckProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface CheckLimits {
  milliseconds: number;
  megabytes: number;
}

/** One of the `files` of work that reads HCL, whose parser finds files of its own: the folder with all libraries. */
export const librariesOfHcl = (): string =>
  createRequire(import.meta.url)
    .resolve('@cdktf/hcl2json')
    .replace(/(.*[\\/]node_modules[\\/]).*/, '$1*');

/** What a process may have unless its caller says otherwise. */
export const USUAL_LIMITS: CheckLimits = { milliseconds: 10_000, megabytes: 256 };
/** The program itself, before it has read anything. */
const PROGRAM_MEGABYTES = 96;
const LOOK_MS = 50;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** At once in this server: more would only slow each other down. */
const SLOTS = 3;

const waiting: (() => void)[] = [];
let free = SLOTS;

/**
 * Works on what users wrote in a process of its own, which has nothing but the request and the files that it names.
 *
 * @param files those that it may read
 * @param signal ends it; the error is the signal's reason
 * @throws CheckProblem it took too long or too much, or broke
 */
export async function checkInProcess<Request extends CheckRequest>(
  request: Request,
  {
    files = [],
    limits = USUAL_LIMITS,
    signal,
  }: { files?: string[]; limits?: CheckLimits; signal?: AbortSignal } = {},
): Promise<AnswerTo<Request>> {
  signal?.throwIfAborted();
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    signal?.throwIfAborted();
    return JSON.parse(await runOnce(JSON.stringify(request), files, limits, signal)) as AnswerTo<Request>;
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

async function runOnce(
  request: string,
  files: readonly string[],
  limits: CheckLimits,
  signal: AbortSignal | undefined,
): Promise<string> {
  const program = locateProgram('check.js');
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${limits.megabytes}`,
      '--no-warnings',
      PERMISSION_FLAG,
      ...[program, ...files].map((file) => `--allow-fs-read=${file}`),
      program,
    ],
    { env: {}, stdio: 'pipe' },
  );
  let problem: Error | undefined;
  const stop = (reason: Error): void => {
    problem ??= reason;
    child.kill('SIGKILL');
  };
  const onAbort = (): void =>
    stop(signal?.reason instanceof Error ? signal.reason : new Error('the check was ended'));
  signal?.addEventListener('abort', onAbort);
  const seconds = limits.milliseconds / 1_000;
  const clock = setTimeout(
    () => stop(new CheckProblem('time', `it did not end within ${seconds} seconds`)),
    limits.milliseconds,
  );
  const watch = watchMemory(child, limits.megabytes + PROGRAM_MEGABYTES, () =>
    stop(new CheckProblem('memory', `it needs more than ${limits.megabytes} MB of memory`)),
  );
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    child.stdout.on(
      'data',
      countBytes(MAX_ANSWER_BYTES, () => stop(new CheckProblem('memory', 'its answer is too large'))),
    );
    // It may end before it has read everything; how it ended says why.
    child.stdin.on('error', () => {});
    child.stdin.end(request);
    const [code, answer, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    if (problem !== undefined) throw problem;
    if (code === 0) return answer;
    if (/out of memory|Allocation failed/i.test(complaint))
      throw new CheckProblem('memory', `it needs more than ${limits.megabytes} MB of memory`);
    throw new CheckProblem('fault', lastWords(complaint) || `it ended with code ${code}`);
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    signal?.removeEventListener('abort', onAbort);
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

/** Later versions of Node.js have it without the word. */
const PERMISSION_FLAG = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/** What lies outside of the heap counts too; where the system does not tell, the heap's own limit is all there is. */
function watchMemory(
  { pid }: ChildProcessWithoutNullStreams,
  megabytes: number,
  onTooMuch: () => void,
): NodeJS.Timeout | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  return setInterval(() => {
    readFile(`/proc/${pid}/status`, 'utf8').then(
      (status) => {
        const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
        if (kilobytes > megabytes * 1_024) onTooMuch();
      },
      () => {}, // it has ended
    );
  }, LOOK_MS);
}

function countBytes(most: number, onTooMany: () => void): (chunk: Buffer) => void {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.byteLength;
    if (bytes > most) onTooMany();
  };
}

/** The line of an uncaught error that names it. */
const lastWords = (complaint: string): string =>
  /^\w*Error\b.*$/m.exec(complaint)?.[0].slice(0, 500) ?? complaint.trim().slice(-500);
