import { Readable } from 'node:stream';
import { formatError, formatHeader } from '../../protocol/log-text.ts';
import type { LogStore } from '../blobs/log-store.ts';
import type { Platform } from '../context.ts';
import { topics } from '../live/wake-ups.ts';
import { TERMINAL_PHASES, type Phase, type Tx } from './transitions.ts';

const STX = Buffer.from([0x02]);
const ETX = Buffer.from([0x03]);
const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);
/** An empty read waits this long for bytes: readers would otherwise back off and be late. */
const HOLD_MS = 1_000;
/**
 * The terraform CLI asks for the phase's status after an empty read, and stops reading when the phase has ended in
 * between: it then misses the last lines. So empty reads to it are avoided as long as possible; proxies allow for more.
 */
const HOLD_FOR_TERRAFORM_MS = 20_000;
/** The longest wait, because a wake-up may get lost. */
const LOOK_AGAIN_MS = 1_000;
const MAX_READ_BYTES = 1024 * 1024;

/**
 * A part of a plan's or apply's log as clients count it (api-contract §4.3): STX, the bytes, and ETX once the phase has
 * ended. The two marks are not stored but follow from the phase's status, so no crash can lose one or show ETX early.
 *
 * @returns undefined when there is no such phase
 */
export async function readLog(
  platform: Platform,
  phaseId: string,
  offset: number,
  limit: number,
  signal: AbortSignal,
  isTerraform = false,
): Promise<Buffer | undefined> {
  const deadline = Date.now() + (isTerraform ? HOLD_FOR_TERRAFORM_MS : HOLD_MS);
  for (;;) {
    // The wait begins before the read, so that no bytes written in between are missed.
    const enough = new AbortController();
    const woken = platform.wakeUps.wait(
      topics.log(phaseId),
      Math.min(LOOK_AGAIN_MS, Math.max(0, deadline - Date.now())),
      AbortSignal.any([signal, enough.signal]),
    );
    const part = await readNow(platform, phaseId, offset, Math.min(limit, MAX_READ_BYTES));
    const done = part === undefined || part.bytes.length > 0 || part.ended || limit === 0;
    if (done || signal.aborted || Date.now() >= deadline || platform.wakeUps.isClosed()) {
      enough.abort();
      return part?.bytes;
    }
    await woken;
  }
}

/**
 * The whole log from an offset on, for readers that name no limit: part by part, as fast as they read.
 *
 * @returns undefined when there is no such phase
 */
export async function readWholeLog(
  platform: Platform,
  phaseId: string,
  offset: number,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const first = await readLog(platform, phaseId, offset, MAX_READ_BYTES, signal);
  if (first === undefined) return undefined;
  async function* parts(): AsyncGenerator<Buffer> {
    let part = first;
    for (let next = offset; part !== undefined && part.length > 0 && !signal.aborted;) {
      yield part;
      next += part.length;
      part = (await readNow(platform, phaseId, next, MAX_READ_BYTES))?.bytes;
    }
  }
  return Readable.from(parts(), { objectMode: false });
}

async function readNow(
  { db, logs }: Pick<Platform, 'db' | 'logs'>,
  phaseId: string,
  offset: number,
  limit: number,
): Promise<{ bytes: Buffer; ended: boolean; length: number } | undefined> {
  const phase = await db
    .selectFrom('run_phase')
    .select(['status', 'lease_hash', 'log_end'])
    .where('id', '=', phaseId)
    .executeTakeFirst();
  if (phase === undefined) return undefined;
  const ended = TERMINAL_PHASES.includes(phase.status);
  // A log that was never begun has no marks either. The status tells readers to stop.
  if (phase.lease_hash === null && phase.log_end === null) return { bytes: NOTHING, ended, length: 0 };
  const written = await logs.length(phaseId);
  const added = phase.log_end === null ? NOTHING : await formEnd(logs, phaseId, written, phase.log_end);
  const length = written + added.length;
  const end = offset + limit;
  const from = Math.max(0, offset - 1);
  const to = Math.min(end - 1, length);
  const parts = [
    ...(offset === 0 && limit > 0 ? [STX] : []),
    ...(Math.min(to, written) > from ? [await logs.read(phaseId, from, Math.min(to, written) - from)] : []),
    ...(to > written ? [added.subarray(Math.max(0, from - written), to - written)] : []),
    ...(ended && offset <= length + 1 && end > length + 1 ? [ETX] : []),
  ];
  return { bytes: Buffer.concat(parts), ended, length };
}

/**
 * The log itself, without the two marks.
 *
 * @param offset in bytes of the log; a read behind its end is empty
 * @returns the bytes that exist now, and whether the log is complete; undefined when there is no such phase
 */
export async function readPlainLog(
  platform: Pick<Platform, 'db' | 'logs'>,
  phaseId: string,
  offset: number,
  limit: number,
): Promise<{ bytes: Buffer; isWhole: boolean } | undefined> {
  // This offset counts the first mark, which is one byte.
  const part = await readNow(platform, phaseId, offset + 1, limit);
  if (part === undefined) return undefined;
  const bytes = part.bytes.subarray(0, Math.max(0, part.length - offset));
  return { bytes, isWhole: part.ended && offset + bytes.length >= part.length };
}

/**
 * Adds the platform's own text at the end of a phase's log, when no runner can write it. Called in the transaction that
 * ends the phase.
 */
export async function explainInLog(
  tx: Tx,
  phase: Pick<Phase, 'id' | 'structured_log' | 'log_end'>,
  summary: string,
  detail: string,
): Promise<void> {
  const words = `${phase.log_end ?? ''}${formatError(phase.structured_log, summary, detail)}`;
  await tx.updateTable('run_phase').set({ log_end: words }).where('id', '=', phase.id).execute();
}

/** A log begins with its header, even without a runner, and the text does not continue a cut line. */
async function formEnd(logs: LogStore, phaseId: string, written: number, words: string): Promise<Buffer> {
  if (written === 0) return Buffer.from(formatHeader(undefined) + words);
  const last = await logs.read(phaseId, written - 1, 1);
  return Buffer.from(last[0] === NEWLINE ? words : `\n${words}`);
}
