import { relatedId, type Run } from '@runwright/client';
import { z } from 'zod';
import { Ids, toolInput } from '../inputs.ts';
import { cleanLine } from '../logs/clean-line.ts';
import { readErrors, readMatching, readTail, type LogExcerpt } from '../logs/read-log.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext, ToolOutcome } from '../tool-context.ts';
import { DEFAULT_LOG_LENGTH, DEFAULT_TAIL_LINES, MAX_LOG_LENGTH, reportLog } from './phase-logs.ts';
import { counted } from '../counted.ts';
import type { Failure } from '../failure.ts';
import { errorLines } from './error-text.ts';

const PAGE_BYTES = 48 * 1024;

export const getRunLogs = defineTool({
  name: 'get_run_logs',
  title: 'Get run logs',
  description:
    'The log of a run’s plan or apply (auto: the later one that began): the last lines, those with a text (grep), or the ' +
    'errors only. cursor reads on from there; next_cursor later shows what is new. Works while it runs.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('get_run_logs', {
    run_id: Ids.run,
    phase: z.enum(['auto', 'plan', 'apply']).default('auto'),
    tail_lines: z.int().min(1).max(2_000).optional(),
    cursor: z.int().min(0).optional().describe('Byte offset'),
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
    if (args.cursor !== undefined)
      return readOn(phase, args.cursor, `The ${about} from byte ${String(args.cursor)} on.`, facts, context);
    const answer = await client[phase.collection].openLog(phase.id, { signal });
    const lines = args.tail_lines ?? DEFAULT_TAIL_LINES;
    const maxLength = args.tail_lines === undefined ? DEFAULT_LOG_LENGTH : MAX_LOG_LENGTH;
    if (args.errors_only) {
      const { errors, bytes, isComplete } = await readErrors(answer);
      const text = errors.map(errorLines).join('\n\n');
      const excerpt = {
        text,
        offset: 0,
        nextCursor: bytes,
        isComplete,
        isTruncated: text.length > MAX_LOG_LENGTH,
      };
      return reportLog(`${counted(errors.length, 'error')} in the ${about}.`, excerpt, { facts });
    }
    if (args.grep !== undefined) {
      const found = await readMatching(answer, args.grep, lines, maxLength);
      return reportLog(`${counted(found.matches, 'matching line')} in the ${about}.`, found, {
        facts: { ...facts, matches: found.matches },
      });
    }
    return reportLog(`The end of the ${about}.`, await readTail(answer, lines, maxLength), { facts });
  },
});

export interface Phase {
  readonly name: 'plan' | 'apply';
  readonly collection: 'plans' | 'applies';
  readonly id: string;
}

/** Which log is meant: `auto` is the apply's as soon as there is one. */
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

/** The lines from a byte on, up to the last line end that fits. */
async function readOn(
  phase: Phase,
  cursor: number,
  headline: string,
  facts: Readonly<Record<string, unknown>>,
  { client, signal }: ToolContext,
): Promise<ToolOutcome> {
  const chunk = await client[phase.collection].readLog(phase.id, {
    offset: cursor,
    limit: PAGE_BYTES,
    signal,
  });
  const bytes = Buffer.from(chunk.bytes);
  // The start mark counts as a byte and is no part of the text.
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
  return reportLog(headline, excerpt, { facts });
}

function fitting(bytes: Buffer, maxBytes: number): number {
  if (bytes.length <= maxBytes) return bytes.length;
  const end = bytes.lastIndexOf(0x0a, maxBytes);
  return end <= 0 ? maxBytes : end + 1;
}
