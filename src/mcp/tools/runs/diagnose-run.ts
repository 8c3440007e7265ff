import { isFinalRun, relatedId, type Document, type Run } from '@runwright/client';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { classify, classifyOwn } from '../../logs/failure-classes.ts';
import { readErrors, readTail } from '../../logs/read-log.ts';
import type { LogError } from '../../logs/log-errors.ts';
import { readRun } from '../../runs/read-run.ts';
import { reportFacts, type Report } from '../../answer/report.ts';
import { runNextActions } from '../../runs/run-next-actions.ts';
import { obstacleWarning } from '../../runs/run-obstacle.ts';
import { standingOf, type RunStanding } from '../../runs/run-standing.ts';
import { appliedText, countsOf, hasApplyBegun, statusOf } from '../../runs/run-status.ts';
import { runSummary } from '../../runs/run-summary.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { fenced } from '../../text/untrusted-fence.ts';
import { errorLines } from './error-text.ts';
import { findPhase, type Phase } from './run-logs.ts';

const SHOWN_ERRORS = 5;
const ERROR_LENGTH = 6_000;

export const diagnoseRun = defineTool({
  name: 'diagnose_run',
  title: 'Diagnose run',
  description:
    'Why a run failed or stopped: the errors of its log, the probable kind of failure, and what helps.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('diagnose_run', { run_id: Ids.run }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id }, context) {
    const document = await readRun(context, run_id);
    const run = document.data;
    const status = statusOf(run);
    const workspaceId = relatedId(run, 'workspace') ?? null;
    const base = { run_id, status, workspace_id: workspaceId, ...countsOf(document) };
    if (status !== 'errored' && status !== 'policy_soft_failed') {
      return reportNotFailed(document, base, await standingOf(document, context));
    }
    const phase = await findPhase(run_id, 'auto', context);
    if ('code' in phase) return { failure: phase };
    const { errors, fallback } = await errorsOf(phase, context);
    // The product's own words come after terraform's, and they say how the run itself ended.
    const first = errors.find(({ summary }) => classifyOwn(summary) !== undefined) ?? errors[0];
    const kind = classify(first === undefined ? fallback : `${first.summary}\n${first.detail}`);
    const summary = {
      ...base,
      failed: true,
      phase: phase.name,
      error_count: errors.length,
      resource: first?.address ?? null,
      place: first?.place ?? null,
      probable_class: kind?.name ?? 'unknown',
      suggestion: kind?.advice ?? 'Read the error and the lines around it with get_run_logs.',
    };
    const text = errors.length === 0 ? fallback : errors.slice(0, SHOWN_ERRORS).map(errorLines).join('\n\n');
    const untrusted_text = fenced(text, ERROR_LENGTH);
    const report = reportFacts(
      `Run ${run_id} failed in its ${phase.name}${kind === undefined ? '; of which kind is not known' : `: probably ${kind.name}`}.`,
      summary,
      { untrusted_text },
      {
        warnings: partlyApplied(document),
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

/** A run that is still going, was stopped by somebody, or ended well. */
function reportNotFailed(
  document: Document<Run>,
  base: Readonly<Record<string, unknown>>,
  standing: RunStanding,
): Report {
  const run = document.data;
  const status = statusOf(run);
  const { needs, waits_for: waitsFor, possible_actions: possible } = runSummary(document, standing);
  const isStopped = ['canceled', 'force_canceled', 'discarded'].includes(status);
  const { discarded_by: discarder, force_canceled_by: forcer, canceled_by: canceler } = standing.actors;
  const who = status === 'discarded' ? discarder : (forcer ?? canceler);
  const headline = isStopped
    ? `Run ${run.id} has not failed: it was ${status.replace('_', '-')}${who === undefined ? '' : ` by ${who}`}.`
    : `Run ${run.id} has not failed: it ${isFinalRun(run) ? 'ended as' : 'is'} ${status}.`;
  const waiting = waitsFor === undefined ? {} : { waits_for: waitsFor };
  const facts = { ...base, failed: false, stopped: isStopped, needs, ...waiting, possible_actions: possible };
  const hasBegun = hasApplyBegun(document);
  const log = { tool: 'get_run_logs', arguments: { run_id: run.id, phase: 'apply' }, why: 'how far it came' };
  return reportFacts(headline, { ...facts, ...standing.actors }, null, {
    warnings: [...obstacleWarning(standing.obstacle), ...(isStopped ? partlyApplied(document) : [])],
    next: isStopped
      ? hasBegun
        ? [log]
        : []
      : runNextActions(document, standing.obstacle).filter(({ tool }) => tool !== 'diagnose_run'),
  });
}

/** An apply that failed or was stopped may have done a part of its plan, and nothing undoes that. */
function partlyApplied(document: Document<Run>): string[] {
  if (!hasApplyBegun(document)) return [];
  const done = appliedText(document);
  return [
    `Before it stopped it had ${done === undefined ? 'perhaps done a part of its plan' : `done this: ${done}`}; what it ` +
      'was busy with may be half made. A new plan (create_run with plan_only) shows what is left.',
  ];
}

/** The errors, or the end of the log when it has no error of a known form. */
async function errorsOf(
  { collection, id }: Phase,
  { client, signal }: ToolContext,
): Promise<{ errors: readonly LogError[]; fallback: string }> {
  const { errors } = await readErrors(await client[collection].openLog(id, { signal }));
  if (errors.length > 0) return { errors, fallback: '' };
  const tail = await readTail(await client[collection].openLog(id, { signal }), 30, ERROR_LENGTH);
  return { errors, fallback: tail.text };
}
