import { ApiError, isFinalRun, type Document, type Run } from '@runwright/client';
import { RunActionRequest, RunDetailsRequest } from '@runwright/models';
import { failureFromApi, type Failure } from '../../answer/failure.ts';
import { readRun } from '../../runs/read-run.ts';
import { runApproval } from '../../runs/run-approval.ts';
import { possibleActions } from '../../runs/possible-actions.ts';
import { statusOf } from '../../runs/run-status.ts';
import { reportRun } from '../../runs/run-summary.ts';
import { approvalPageOf, pageAnswer, pageQuestion } from '../../safety/approval-page.ts';
import { isAnswerNeeded } from '../../safety/approval.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';
import { reasonFor, whyImpossible } from './action-possibility.ts';
import { awaitDecision, needsPage } from './apply-on-page.ts';
import { displacedBy } from './displaced-runs.ts';
import { ACTION_RULES, FORCE_EXECUTE, type ActionRule } from './run-action-rules.ts';

const rowOf = (rule: ActionRule) => ({
  name: `${rule.action}_run`,
  title: rule.title,
  description: rule.description,
  kind: 'write' as const,
  toolsets: ['core', 'runs'] as const,
  isIdempotent: rule.isIdempotent,
  isConfirmable: rule.isGuarded,
});

export const runActionTools: readonly Tool[] = [
  ...ACTION_RULES.map((rule) =>
    defineTool({
      ...rowOf(rule),
      input: RunActionRequest,
      subject: ({ run_id }) => `run ${run_id}`,
      handle: ({ run_id, comment = '' }, context) => act(rule, run_id, comment, context),
    }),
  ),
  defineTool({
    ...rowOf(FORCE_EXECUTE),
    input: RunDetailsRequest,
    subject: ({ run_id }) => `run ${run_id}`,
    async handle({ run_id }, context) {
      const displaced = await displacedBy(run_id, context);
      return act(FORCE_EXECUTE, run_id, '', context, displaced);
    },
  }),
];

async function act(
  rule: ActionRule,
  runId: string,
  comment: string,
  context: ToolContext,
  displaced?: readonly string[],
): Promise<ToolOutcome> {
  const page = rule.action === 'apply' ? pageAnswer(runId, context.approval) : undefined;
  if (page !== undefined && 'failure' in page) return page;
  if (page !== undefined) return awaitDecision(runId, page, context);
  const before = await readRun(context, runId);
  if (rule.isDone(before.data)) return reportDone(rule, before, statusOf(before.data), comment);
  const ofDisplaced = displaced === undefined ? {} : { displaced };
  const start = () => startAction(rule, before, comment, context, ofDisplaced);
  if (!rule.isGuarded) return start();
  // No person is asked about an impossible action. A returned answer is checked against the run by its seal.
  const { requestState, confirmationToken } = context.approval;
  if (isAnswerNeeded(context.approval) && requestState === undefined && confirmationToken === undefined) {
    const reason = await whyImpossible(rule, before.data, context, displaced);
    if (reason !== undefined) return { failure: impossible(rule, before.data, reason) };
  }
  const words = { tool: `${rule.action}_run`, verb: rule.verb, ...ofDisplaced };
  const request = await runApproval(words, before, context);
  return guarded(request, context.approval, start);
}

async function startAction(
  rule: ActionRule,
  before: Document<Run>,
  comment: string,
  context: ToolContext,
  facts: Readonly<Record<string, unknown>>,
): Promise<ToolOutcome> {
  try {
    await rule.start(context.client.runs, before.data.id, { comment, signal: context.signal });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const page = approvalPageOf(error);
    if (page !== undefined) {
      const { id } = before.data;
      return context.approval.canOpen
        ? { ask: pageQuestion(page, id, context.approval) }
        : { failure: needsPage(page, id) };
    }
    return explainRefusal(rule, error, before, comment, context);
  }
  return reportAccepted(rule, before, comment, context, facts);
}

/** The server accepted the action; a fresh read shows its effect so far. */
async function reportAccepted(
  rule: ActionRule,
  before: Document<Run>,
  comment: string,
  context: ToolContext,
  more: Readonly<Record<string, unknown>>,
): Promise<ToolOutcome> {
  const facts = {
    previous_status: statusOf(before.data),
    accepted: true,
    comment_recorded: comment !== '',
    ...more,
  };
  const { document, warnings } = await readRun(context, before.data.id).then(
    (read) => ({ document: read, warnings: [] }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return {
        document: before,
        warnings: [
          `The server accepted this, but reading the run afterwards failed (${error.code}); the data is older.`,
        ],
      };
    },
  );
  const headline = `${rule.title}: accepted. ${movedText(facts.previous_status, document.data)}`;
  return reportRun(headline, document, { facts, warnings });
}

const isBeingCanceled = (run: Run): boolean =>
  !isFinalRun(run) && typeof run.attributes['canceled-at'] === 'string';

const stoppingText = (run: Run): string =>
  `Run ${run.id} is ${statusOf(run)} and was asked to stop; wait_for_run tells when it has.`;

function movedText(previousStatus: string, run: Run): string {
  if (isBeingCanceled(run)) return stoppingText(run);
  const status = statusOf(run);
  return status === previousStatus
    ? `Run ${run.id} is still ${status}.`
    : `Run ${run.id} was ${previousStatus} and is now ${status}.`;
}

function reportDone(
  rule: ActionRule,
  document: Document<Run>,
  previousStatus: string,
  comment: string,
): ToolOutcome {
  return reportRun(
    `${rule.title}: nothing to do. ${isBeingCanceled(document.data) ? stoppingText(document.data) : `Run ${document.data.id} is ${statusOf(document.data)} already.`}`,
    document,
    {
      facts: { previous_status: previousStatus, accepted: true, already: true, comment_recorded: false },
      warnings: comment === '' ? [] : ['The comment was not recorded, because nothing was done.'],
    },
  );
}

/** Another caller may have been faster, and an unclear failure may have worked: the run itself tells. */
async function explainRefusal(
  rule: ActionRule,
  error: ApiError,
  before: Document<Run>,
  comment: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  const failure = failureFromApi(error, `run ${before.data.id}`);
  const isStateConflict =
    error.code === 'conflict' || (rule.action === 'force_execute' && error.status === 403);
  if (!isStateConflict && !error.mayHaveHappened) return { failure };
  let fresh: Document<Run>;
  try {
    fresh = await readRun(context, before.data.id);
  } catch (readError) {
    if (!(readError instanceof ApiError)) throw readError;
    return { failure };
  }
  if (rule.isDone(fresh.data)) {
    return reportDone(rule, fresh, statusOf(before.data), comment);
  }
  return {
    failure: withState(isStateConflict ? { ...failure, code: 'conflict_state' } : failure, rule, fresh.data),
  };
}

function withState(failure: Failure, rule: ActionRule, run: Run): Failure {
  if (failure.code === 'conflict_state') return impossible(rule, run, reasonFor(rule, run));
  return { ...failure, now: [...(failure.now ?? []), stateOf(run)] };
}

const toolsOf = (run: Run): string =>
  possibleActions(run)
    .map((action) => `${action}_run`)
    .join(', ');

function stateOf(run: Run): string {
  const tools = toolsOf(run);
  return `run ${run.id} is ${statusOf(run)}; possible now: ${tools === '' ? 'no action' : tools}.`;
}

function impossible(rule: ActionRule, run: Run, reason: string): Failure {
  const tools = toolsOf(run);
  return {
    code: 'conflict_state',
    happened: `run ${run.id} cannot be ${rule.done}: ${reason}`,
    now: [stateOf(run)],
    next: isFinalRun(run)
      ? 'the run is over; create_run starts a new one if there is something left to do.'
      : tools !== ''
        ? `choose one of ${tools} if it is what the user wants, or get_run_details to look again later.`
        : 'call get_run_details in a few seconds and try again when the action is possible.',
  };
}
