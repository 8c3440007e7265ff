import { isFinalRun } from '@runwright/client';
import { Ids, toolInput } from '../inputs.ts';
import { classify } from '../failure-classes.ts';
import { readErrors, readTail } from '../logs/read-log.ts';
import type { LogError } from '../logs/log-errors.ts';
import { readRun } from '../read-run.ts';
import { reportFacts } from '../report.ts';
import { runSummary, statusOf } from '../run-summary.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';
import { fenced } from '../untrusted-fence.ts';
import { errorLines } from './error-text.ts';
import { findPhase, type Phase } from './run-logs.ts';

const SHOWN_ERRORS = 5;
const ERROR_LENGTH = 6_000;

export const diagnoseRun = defineTool({
  name: 'diagnose_run',
  title: 'Diagnose run',
  description:
    'Why a run failed or stopped: the errors of its log with resource and place, what kind of failure it probably is, ' +
    'and what helps with that kind.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('diagnose_run', { run_id: Ids.run }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id }, context) {
    const document = await readRun(context, run_id);
    const run = document.data;
    const status = statusOf(run);
    const base = { run_id, status, workspace_id: runSummary(document)['workspace_id'] };
    if (status !== 'errored' && status !== 'policy_soft_failed') {
      const why = isFinalRun(run) ? `it ended as ${status}` : `it is ${status}`;
      return reportFacts(
        `Run ${run_id} has not failed: ${why}.`,
        { ...base, failed: false, ...waitingFor(document) },
        null,
      );
    }
    const phase = await findPhase(run_id, 'auto', context);
    if ('code' in phase) return { failure: phase };
    const { errors, fallback } = await errorsOf(phase, context);
    const first = errors[0];
    const { name, advice } = classify(first === undefined ? fallback : `${first.summary}\n${first.detail}`);
    const summary = {
      ...base,
      failed: true,
      phase: phase.name,
      error_count: errors.length,
      resource: first?.address ?? null,
      place: first?.place ?? null,
      probable_class: name,
      suggestion: advice,
    };
    const text = errors.length === 0 ? fallback : errors.slice(0, SHOWN_ERRORS).map(errorLines).join('\n\n');
    const untrusted_text = fenced(text, ERROR_LENGTH);
    const report = reportFacts(
      `Run ${run_id} failed in its ${phase.name}: probably ${name}.`,
      summary,
      { untrusted_text },
      {
        next: [
          {
            tool: 'get_run_logs',
            arguments: { run_id, phase: phase.name },
            why: 'the lines before the error',
          },
        ],
      },
    );
    return { result: report.result, text: `${report.text}\n${untrusted_text}` };
  },
});

function waitingFor(document: Parameters<typeof runSummary>[0]): Record<string, unknown> {
  const { needs, possible_actions } = runSummary(document);
  return { needs, possible_actions };
}

/** The errors, or the end of the log when it has none of a known form. */
async function errorsOf(
  { collection, id }: Phase,
  { client, signal }: ToolContext,
): Promise<{ errors: readonly LogError[]; fallback: string }> {
  const { errors } = await readErrors(await client[collection].openLog(id, { signal }));
  if (errors.length > 0) return { errors, fallback: '' };
  const tail = await readTail(await client[collection].openLog(id, { signal }), 30, ERROR_LENGTH);
  return { errors, fallback: tail.text };
}
