import type { Client, OpenAnswer } from '@runwright/client';
import type { z } from 'zod';
import { toolInput } from '../../tool/inputs.ts';
import { reportFacts, type Report, type ReportOptions } from '../../answer/report.ts';
import { readTail, type LogExcerpt } from '../../logs/read-log.ts';
import type { Toolset } from '../../safety/gates.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { fenced } from '../../text/untrusted-fence.ts';

/** The length of a log that a model gets unless it asks for more. */
export const DEFAULT_LOG_LENGTH = 12_000;
export const MAX_LOG_LENGTH = 30_000;
export const DEFAULT_TAIL_LINES = 200;

/** A part of a log in both forms: the text is fenced, because others have written it. */
export function reportLog(headline: string, excerpt: LogExcerpt, options: ReportOptions = {}): Report {
  const facts = {
    ...options.facts,
    offset: excerpt.offset,
    next_cursor: excerpt.nextCursor,
    complete: excerpt.isComplete,
    truncated: excerpt.isTruncated,
  };
  const untrusted_text = fenced(excerpt.text, MAX_LOG_LENGTH);
  const report = reportFacts(headline, facts, { untrusted_text }, options);
  return { result: report.result, text: `${report.text}\n${untrusted_text}` };
}

interface LogToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolsets: readonly Toolset[];
  readonly argument: 'plan_id' | 'apply_id';
  readonly id: z.ZodString;
  readonly open: (client: Client, id: string, signal: AbortSignal | undefined) => Promise<OpenAnswer>;
}

/** A tool for the end of the log of a plan or an apply. */
export function logTool({ argument, id, open, ...row }: LogToolDefinition): Tool {
  const idOf = (args: object): string => (args as Record<string, string>)[argument] ?? '';
  const subject = (args: object): string => `${argument.replace('_id', '')} ${idOf(args)}`;
  return defineTool({
    ...row,
    kind: 'read',
    input: toolInput(row.name, { [argument]: id }),
    subject,
    async handle(args, { client, signal }) {
      const excerpt = await readTail(
        await open(client, idOf(args), signal),
        DEFAULT_TAIL_LINES,
        DEFAULT_LOG_LENGTH,
      );
      return reportLog(`The end of the log of ${subject(args)}.`, excerpt);
    },
  });
}
