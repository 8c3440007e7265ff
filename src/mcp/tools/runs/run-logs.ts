import { relatedId, type Run } from '@runwright/client';
import * as z from 'zod';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { cleanLine } from '../../logs/clean-line.ts';
import { endOf, firstCharacter } from '../../logs/log-end.ts';
import { readErrors, readMatching, readTail, type LogExcerpt } from '../../logs/read-log.ts';
import type { NextAction } from '../../answer/result.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';
import { DEFAULT_LOG_LENGTH, DEFAULT_TAIL_LINES, MAX_LOG_LENGTH, reportLog } from './phase-logs.ts';
import { counted } from '../../text/counted.ts';
import type { Failure } from '../../answer/failure.ts';
import { errorLines } from './error-text.ts';

const PAGE_BYTES = 48 * 1024;
/** Enough for {@link MAX_LOG_LENGTH} characters, with room for escapes and JSON that are not shown. */
const BACK_BYTES = 256 * 1024;

export const getRunLogs = defineTool({
  name: 'get_run_logs',
  title: 'Get run logs',
  description:
    'The log of a run’s plan or apply (auto: the later one that began): the last lines, those with a text (grep), or the ' +
    'errors only. cursor reads on, before reads backwards; next_cursor later shows what is new.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('get_run_logs', {
    run_id: Ids.run,
    phase: z.enum(['auto', 'plan', 'apply']).default('auto'),
    tail_lines: z.int().min(1).max(2_000).optional(),
    cursor: z.int().min(0).optional().describe('Byte offset'),
    before: z.int().min(0).optional().describe('Byte offset'),
    grep: z.string().min(1).max(200).optional().describe('Text to find, any case'),
    errors_only: z.boolean().default(false),
  }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle(args, context) {
    const { client, signal } = context;
    const phase = await findPhase(args.run_id, args.phase, context);
    if ('code' in phase) return { failure: phase };
    const facts = { run_id: args.run_id, phase: phase.name, phase_id: phase.id };
    const about = `log of the ${phase.name} of run ${args.run_id}`;
    const place = { phase, facts, about };
    if (args.errors_only) return errorsIn(place, args, context);
    if (args.grep !== undefined) return matchesIn(place, { ...args, grep: args.grep }, context);
    if (args.cursor !== undefined) return readOn(place, args.cursor, context);
    const lines = args.tail_lines ?? DEFAULT_TAIL_LINES;
    const maxLength = args.tail_lines === undefined ? DEFAULT_LOG_LENGTH : MAX_LOG_LENGTH;
    const excerpt =
      args.before === undefined
        ? await readTail(await client[phase.collection].openLog(phase.id, { signal }), lines, maxLength)
        : await readBack(phase, args.before, lines, maxLength, context);
    const backwards = { before: excerpt.offset, tail_lines: args.tail_lines };
    const next = excerpt.offset === 0 ? [] : [again(place, backwards, 'the lines before')];
    const headline =
      args.before === undefined
        ? `The end of the ${about}.`
        : `The ${about} up to byte ${String(args.before)}.`;
    return reportLog(headline, excerpt, { facts, next });
  },
});

interface Place {
  readonly phase: Phase;
  readonly about: string;
  readonly facts: { readonly run_id: string; readonly phase: string };
}

/** The call that continues in the same log. */
function again({ facts }: Place, more: Readonly<Record<string, unknown>>, why: string): NextAction {
  const given = Object.entries(more).filter(([, value]) => value !== undefined);
  const named = { run_id: facts.run_id, phase: facts.phase, ...Object.fromEntries(given) };
  return { tool: 'get_run_logs', arguments: named, why };
}

interface SearchArguments {
  readonly grep: string;
  readonly tail_lines?: number | undefined;
  readonly cursor?: number | undefined;
  readonly before?: number | undefined;
}

/** The last matching lines, or with a cursor the first ones after it. */
async function matchesIn(
  place: Place,
  { grep, tail_lines, cursor, before }: SearchArguments,
  { client, signal }: ToolContext,
): Promise<ToolOutcome> {
  const { phase, about, facts } = place;
  const lines = tail_lines ?? DEFAULT_TAIL_LINES;
  const maxLength = tail_lines === undefined ? DEFAULT_LOG_LENGTH : MAX_LOG_LENGTH;
  const answer = await client[phase.collection].openLog(phase.id, { signal });
  const found = await readMatching(answer, grep, lines, maxLength, { from: cursor, before });
  const shown = found.shown.length;
  const left = found.count - shown;
  const offset = found.shown[0]?.start ?? cursor ?? 0;
  const excerpt = {
    text: found.shown.map(({ text }) => text).join('\n'),
    offset,
    nextCursor: found.nextCursor,
    isComplete: found.isComplete && (cursor === undefined || left === 0),
    isTruncated: left > 0,
  };
  const step =
    cursor === undefined
      ? again(place, { grep, before: offset, tail_lines }, `the ${String(left)} matches before`)
      : again(
          place,
          { grep, cursor: found.nextCursor, tail_lines },
          `the ${String(left)} matches that follow`,
        );
  return reportLog(
    `${counted(found.count, 'matching line')} in the ${about}; ${String(shown)} shown.`,
    excerpt,
    {
      facts: { ...facts, matches: found.count, shown },
      next: left > 0 ? [step] : [],
    },
  );
}

/** The first errors after a byte. */
async function errorsIn(
  place: Place,
  { cursor = 0 }: { readonly cursor?: number | undefined },
  { client, signal }: ToolContext,
): Promise<ToolOutcome> {
  const { phase, about, facts } = place;
  const found = await readErrors(await client[phase.collection].openLog(phase.id, { signal }), cursor);
  const texts: string[] = [];
  let length = 0;
  for (const text of found.errors.map(errorLines)) {
    length += text.length + 2;
    if (texts.length > 0 && length > MAX_LOG_LENGTH) break;
    texts.push(text);
  }
  const left = found.count - texts.length;
  const nextCursor = left === 0 ? found.bytes : (found.starts[texts.length] ?? found.bytes);
  const excerpt = {
    text: texts.join('\n\n'),
    offset: found.starts[0] ?? cursor,
    nextCursor,
    isComplete: found.isComplete && left === 0,
    isTruncated: left > 0,
  };
  return reportLog(
    `${counted(found.count, 'error')} in the ${about}; ${String(texts.length)} shown.`,
    excerpt,
    {
      facts: { ...facts, errors: found.count, shown: texts.length },
      next:
        left > 0
          ? [again(place, { errors_only: true, cursor: nextCursor }, `the other ${String(left)} errors`)]
          : [],
    },
  );
}

/** The last lines before a byte. */
async function readBack(
  phase: Phase,
  before: number,
  lines: number,
  maxLength: number,
  { client, signal }: ToolContext,
): Promise<LogExcerpt> {
  const start = Math.max(0, before - BACK_BYTES);
  if (before === 0) return { text: '', offset: 0, nextCursor: 0, isComplete: false, isTruncated: false };
  const range = { offset: start, limit: before - start, signal };
  const chunk = await client[phase.collection].readLog(phase.id, range);
  // The start mark counts as a byte and is not part of the text.
  const mark = chunk.nextOffset - start - chunk.bytes.length - (chunk.complete ? 1 : 0);
  const { text, offset } = endOf(Buffer.from(chunk.bytes), start + mark, lines, maxLength);
  return {
    text,
    // Only the mark comes before the first character.
    offset: offset <= mark && start === 0 ? 0 : offset,
    nextCursor: chunk.nextOffset,
    isComplete: chunk.complete,
    isTruncated: offset > mark,
  };
}

export interface Phase {
  readonly name: 'plan' | 'apply';
  readonly collection: 'plans' | 'applies';
  readonly id: string;
}

/** Chooses the log: `auto` is the apply's log as soon as there is one. */
export async function findPhase(
  runId: string,
  wanted: 'auto' | 'plan' | 'apply',
  { client, signal }: ToolContext,
): Promise<Phase | Failure> {
  const run = (await client.runs.read(runId, { signal })).data;
  const name =
    wanted === 'auto' ? ((await hasApplyBegun(run, { client, signal })) ? 'apply' : 'plan') : wanted;
  const id = relatedId(run, name);
  if (id !== undefined) return { name, collection: name === 'plan' ? 'plans' : 'applies', id };
  return {
    code: 'not_found_or_no_access',
    happened: `run ${runId} has no ${name}, or your token cannot see it.`,
    next: 'read the run with get_run_details.',
  };
}

async function hasApplyBegun(
  run: Run,
  { client, signal }: Pick<ToolContext, 'client' | 'signal'>,
): Promise<boolean> {
  const id = relatedId(run, 'apply');
  if (id === undefined) return false;
  const { status } = (await client.applies.read(id, { signal })).attributes;
  return ['running', 'finished', 'errored', 'canceled'].includes(status);
}

/** The lines after a byte, up to the last line end that fits. */
async function readOn(place: Place, cursor: number, { client, signal }: ToolContext): Promise<ToolOutcome> {
  const { phase, about, facts } = place;
  const chunk = await client[phase.collection].readLog(phase.id, {
    offset: cursor,
    limit: PAGE_BYTES,
    signal,
  });
  const bytes = Buffer.from(chunk.bytes);
  // The start mark counts as a byte and is not part of the text.
  const startMark = chunk.nextOffset - cursor - bytes.length - (chunk.complete ? 1 : 0);
  const fits = fitting(bytes, MAX_LOG_LENGTH - 2_000);
  const isWhole = fits === bytes.length;
  const excerpt: LogExcerpt = {
    text: bytes.subarray(0, fits).toString('utf8').split('\n').map(cleanLine).join('\n').trimEnd(),
    offset: cursor,
    nextCursor: isWhole ? chunk.nextOffset : cursor + startMark + fits,
    isComplete: chunk.complete && isWhole,
    isTruncated: !isWhole,
  };
  return reportLog(`The ${about} from byte ${String(cursor)} on.`, excerpt, {
    facts,
    next: isWhole ? [] : [again(place, { cursor: excerpt.nextCursor }, 'what follows')],
  });
}

/** The number of bytes to show: up to a line end, or in a longer line up to the end of a character. */
function fitting(bytes: Buffer, maxBytes: number): number {
  if (bytes.length <= maxBytes) return bytes.length;
  const end = bytes.lastIndexOf(NEW_LINE, maxBytes - 1);
  return end === -1 ? firstCharacter(bytes, maxBytes) : end + 1;
}

const NEW_LINE = 0x0a;
