import { z } from 'zod';
import { counted } from '../counted.ts';
import { Ids, toolInput } from '../inputs.ts';
import { reportFacts } from '../report.ts';
import { commentAuthors } from '../run-people.ts';
import { defineTool, type Tool } from '../tool.ts';
import { fenced } from '../untrusted-fence.ts';

const run = ({ run_id }: { run_id: string }): string => `run ${run_id}`;
const SHOWN_LENGTH = 8_000;

export const runCommentTools: readonly Tool[] = [
  defineTool({
    name: 'list_run_comments',
    title: 'List run comments',
    description:
      'The comments on a run, oldest first, with author and time, also those given with apply, discard and cancel.',
    kind: 'read',
    toolsets: ['core', 'runs'],
    input: toolInput('list_run_comments', { run_id: Ids.run }),
    subject: run,
    async handle({ run_id }, context) {
      const { client, signal } = context;
      const comments = await client.runs.comments(run_id, { signal });
      const authors =
        comments.length === 0 ? new Map<string, string>() : await commentAuthors(run_id, context);
      const text = comments
        .map(({ id, attributes }) => `${id}, ${authors.get(id) ?? 'author unknown'}: ${attributes.body}`)
        .join('\n');
      const untrusted_text = fenced(text, SHOWN_LENGTH);
      const facts = { run_id, count: comments.length, ids: comments.map(({ id }) => id) };
      const report = reportFacts(`${counted(comments.length, 'comment')} on run ${run_id}.`, facts, {
        untrusted_text,
      });
      return { result: report.result, text: `${report.text}\n${untrusted_text}` };
    },
  }),
  defineTool({
    name: 'add_run_comment',
    title: 'Add run comment',
    description: 'Writes a comment on a run, for the people who look at it. Changes nothing else.',
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
