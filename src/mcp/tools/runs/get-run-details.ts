import { RunDetailsRequest } from '@runwright/models';
import { readRun } from '../../runs/read-run.ts';
import { statusOf } from '../../runs/run-status.ts';
import { reportRun } from '../../runs/run-summary.ts';
import { standingOf } from '../../runs/run-standing.ts';
import { defineTool } from '../../tool/tool.ts';

export const getRunDetails = defineTool({
  name: 'get_run_details',
  title: 'Get run details',
  description:
    'One run: status, what it waits for, what can be done with it, how much its plan would add, change and ' +
    'destroy.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: RunDetailsRequest,
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id }, context) {
    const document = await readRun(context, run_id);
    const standing = await standingOf(document, context);
    return reportRun(`Run ${run_id} is ${statusOf(document.data)}.`, document, {
      standing,
      isWhole: true,
    });
  },
});
