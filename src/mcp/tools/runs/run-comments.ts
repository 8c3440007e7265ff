import type { Comment } from '@runwright/client';
import * as z from 'zod';
import { counted } from '../../text/counted.ts';
import { Ids, toolInput, wholePaging } from '../../tool/inputs.ts';
import { nextPlace, pageOfWhole } from '../../answer/list-page.ts';
import { reportFacts } from '../../answer/report.ts';
import { commentAuthors } from '../../runs/run-people.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { fenced } from '../../text/untrusted-fence.ts';
import { cleanText } from '../../text/untrusted-text.ts';

const run = ({ run_id }: { run_id: string }): string => `run ${run_id}`;
const SHOWN_LENGTH = 24_000;
const MAX_BODY_LENGTH = 4_000;

export const runCommentTools: readonly Tool[] = [
  defineTool({
    name: 'list_run_comments',
    title: 'List run comments',
    description: 'The comments on a run, oldest first, with author and time.',
    kind: 'read',
    toolsets: ['core', 'runs'],
    input: toolInput('list_run_comments', { run_id: Ids.run, ...wholePaging }),
    subject: run,
    async handle({ run_id, page_number, page_size, skip }, context) {
      const { client, signal } = context;
      const all = await client.runs.comments(run_id, { signal });
      const authors = all.length === 0 ? new Map<string, string>() : await commentAuthors(run_id, context);
      const page = pageOfWhole({ data: all }, { page_number, page_size });
      const lines: string[] = [];
      let length = 0;
      for (const comment of page.data.slice(skip)) {
        const line = describeComment(comment, authors.get(comment.id));
        length += line.length + 1;
        if (lines.length > 0 && length > SHOWN_LENGTH) break;
        lines.push(line);
      }
      const shown = page.data.slice(skip, skip + lines.length);
      const cut = shown.filter(({ attributes }) => attributes.body.length > MAX_BODY_LENGTH);
      const untrusted_text = fenced(lines.join('\n'), SHOWN_LENGTH + MAX_BODY_LENGTH);
      const place = nextPlace({
        tool: 'list_run_comments',
        arguments: { run_id, page_number, page_size },
        skip,
        shown: shown.length,
        available: page.data.length,
        pagination: page.meta?.pagination,
      });
      const facts = {
        run_id,
        count: all.length,
        shown: shown.length,
        ids: shown.map(({ id }) => id),
      };
      const report = reportFacts(
        `${counted(all.length, 'comment')} on run ${run_id}; ${String(shown.length)} shown.`,
        facts,
        { untrusted_text },
        {
          next: place.action,
          warnings:
            cut.length === 0 ? [] : [`Too long to be shown whole: ${cut.map(({ id }) => id).join(', ')}.`],
        },
      );
      return { result: report.result, text: `${report.text}\n${untrusted_text}` };
    },
  }),
  defineTool({
    name: 'add_run_comment',
    title: 'Add run comment',
    description: 'Writes a comment on a run, for the people who look at it.',
    kind: 'write',
    toolsets: ['core', 'runs'],
    isDestructive: false,
    input: toolInput('add_run_comment', { run_id: Ids.run, body: z.string().min(1).max(2_000) }),
    subject: run,
    async handle({ run_id, body }, { client, signal }) {
      const comment = await client.runs.comment(run_id, body, { signal });
      const facts = { id: comment.id, run_id, comment_recorded: true };
      return reportFacts(`Commented on run ${run_id}.`, facts, { id: comment.id, type: comment.type });
    },
  }),
];

function describeComment({ id, attributes }: Comment, author = 'author unknown'): string {
  return `${id}, ${author}: ${cleanText(attributes.body, MAX_BODY_LENGTH)}`;
}
