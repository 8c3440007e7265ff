import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** A check of users' files that did not come to an end: it has no result. */
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

export interface LimitedProgram {
  command: string;
  args: readonly string[];
  /** The whole environment: nothing is inherited. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Its standard input. */
  input?: string;
  limits: CheckLimits;
  /** Memory of the program itself, before it has read anything. */
  ownMegabytes: number;
  /** Ends the program; the error is the signal's reason. */
  signal?: AbortSignal | undefined;
}

const LOOK_MS = 50;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_COMPLAINT_BYTES = 1024 * 1024;
/** The number of programs at once in this process: more would only slow each other down. */
const SLOTS = 3;

const waiting: (() => void)[] = [];
let free = SLOTS;

/**
 * Runs a program that processes users' files, within limits of time, memory and output.
 *
 * @throws CheckProblem it took too much time or memory, or printed too much
 */
export async function runLimited(
  program: LimitedProgram,
): Promise<{ code: number | null; output: string; complaint: string }> {
  program.signal?.throwIfAborted();
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    program.signal?.throwIfAborted();
    return await runOnce(program);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

async function runOnce({
  command,
  args,
  env = {},
  cwd,
  input,
  limits,
  ownMegabytes,
  signal,
}: LimitedProgram) {
  const child = spawn(...outliving(command, args, limits), { env, cwd, stdio: 'pipe' });
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
  const watch = watchMemory(child, limits.megabytes + ownMegabytes, () => stop(tooMuchMemory(limits)));
  const tooLarge = (): void => stop(new CheckProblem('memory', 'its answer is too large'));
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    child.stdout.on('data', countBytes(MAX_ANSWER_BYTES, tooLarge));
    child.stderr.on('data', countBytes(MAX_COMPLAINT_BYTES, tooLarge));
    // The program may end before it has read everything; its exit says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    if (problem !== undefined) throw problem;
    return { code, output, complaint };
  } finally {
    clearTimeout(clock);
    clearInterval(watch);
    signal?.removeEventListener('abort', onAbort);
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

/**
 * Whoever starts it may be killed and can then end nothing: it would go on for good. The system ends what has used more of
 * the processor than its time allows, its threads together.
 */
function outliving(
  command: string,
  args: readonly string[],
  { milliseconds }: CheckLimits,
): [command: string, args: readonly string[]] {
  if (process.platform === 'win32') return [command, args];
  const seconds = String(5 + 4 * Math.ceil(milliseconds / 1_000));
  return ['/bin/sh', ['-c', 'ulimit -t "$0"; exec "$@"', seconds, command, ...args]];
}

export const tooMuchMemory = ({ megabytes }: CheckLimits): CheckProblem =>
  new CheckProblem('memory', `it needs more than ${megabytes} MB of memory`);

/** Memory outside the heap counts too; where the system does not report it, only the program's own limit applies. */
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
      () => {}, // the program has ended
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
