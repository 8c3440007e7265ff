import {
  ApiError,
  isFinalRun,
  type ActionOptions,
  type Client,
  type Document,
  type Run,
} from '@runwright/client';
import { RunActionRequest } from '@runwright/models';
import { failureFromApi, type Failure } from '../failure.ts';
import { readRun } from '../read-run.ts';
import { possibleActions, reportRun, statusOf, type RunAction } from '../run-summary.ts';
import { defineTool, type Tool } from '../tool.ts';
import type { ToolContext, ToolOutcome } from '../tool-context.ts';

/** What the four action tools differ in. */
interface ActionRule {
  readonly action: RunAction;
  readonly title: string;
  readonly description: string;
  readonly start: (runs: Client['runs'], runId: string, options: ActionOptions) => Promise<void>;
  /** true when the run is where the action leads, so that a repeated call is a success and changes nothing. */
  readonly isDone: (run: Run) => boolean;
  readonly whyNot: (run: Run) => string;
}

const APPROVED: ReadonlySet<string> = new Set([
  'confirmed',
  'pre_apply_running',
  'pre_apply_completed',
  'queuing_apply',
  'apply_queued',
  'applying',
  'post_apply_running',
  'post_apply_completed',
  'applied',
]);

const RULES: readonly ActionRule[] = [
  {
    action: 'apply',
    title: 'Apply run',
    description:
      'Approves a planned run: its changes are carried out on real infrastructure. Possible while get_run_details ' +
      'lists "apply" as possible. Returns the run as it is right after; applying goes on in the background.',
    start: (runs, runId, options) => runs.apply(runId, options),
    isDone: (run) => APPROVED.has(statusOf(run)),
    whyNot: ({ attributes }) => {
      if (attributes['plan-only'] === true)
        return 'it is a plan-only run: create a run without plan_only to apply it.';
      if (attributes.status === 'planned_and_finished') return 'its plan has no changes to apply.';
      return 'only a run that waits for confirmation can be applied.';
    },
  },
  {
    action: 'discard',
    title: 'Discard run',
    description:
      'Drops a planned run without applying it, so that the next run of the workspace can start. It cannot be undone; ' +
      'a new run can be created at any time. Nothing on real infrastructure changes.',
    start: (runs, runId, options) => runs.discard(runId, options),
    isDone: (run) => statusOf(run) === 'discarded',
    whyNot: () => 'only a run that waits for confirmation or for its turn can be discarded.',
  },
  {
    action: 'cancel',
    title: 'Cancel run',
    description:
      'Stops a run that waits, plans or applies. A running terraform is interrupted and may take a while to stop; ' +
      'an apply that is cut off can leave some of its changes made.',
    start: (runs, runId, options) => runs.cancel(runId, options),
    isDone: (run) =>
      ['canceled', 'force_canceled'].includes(run.attributes.status) ||
      (!isFinalRun(run) && typeof run.attributes['canceled-at'] === 'string'),
    whyNot: () => 'only a run that is waiting for its turn, planning or applying can be canceled.',
  },
  {
    action: 'force_cancel',
    title: 'Force-cancel run',
    description:
      'Kills a run that did not stop after cancel_run, and unlocks its workspace at once. Last resort: an apply that ' +
      'is killed can lose track of what it made. Possible only some time after cancel_run.',
    start: (runs, runId, options) => runs.forceCancel(runId, options),
    isDone: (run) => statusOf(run) === 'force_canceled',
    whyNot: ({ attributes }) =>
      typeof attributes['force-cancel-available-at'] !== 'string'
        ? 'it must be canceled with cancel_run first.'
        : `it becomes possible at ${attributes['force-cancel-available-at']}, if the run has not stopped by then.`,
  },
];

export const runActionTools: readonly Tool[] = RULES.map((rule) =>
  defineTool({
    name: `${rule.action}_run`,
    title: rule.title,
    description: rule.description,
    kind: 'write',
    toolsets: ['core', 'runs'],
    isIdempotent: true,
    input: RunActionRequest,
    subject: ({ run_id }) => `run ${run_id}`,
    handle: ({ run_id, comment = '' }, context) => act(rule, run_id, comment, context),
  }),
);

async function act(
  rule: ActionRule,
  runId: string,
  comment: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  const before = await readRun(context, runId);
  const previousStatus = statusOf(before.data);
  if (rule.isDone(before.data)) return reportDone(rule, before, previousStatus, comment);
  try {
    await rule.start(context.client.runs, runId, { comment, signal: context.signal });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return explainRefusal(rule, error, before, comment, context);
  }
  return reportAccepted(rule, before, comment, context);
}

/** The server answered that it will do it; what came of it so far is in a fresh read. */
async function reportAccepted(
  rule: ActionRule,
  before: Document<Run>,
  comment: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  const facts = {
    previous_status: statusOf(before.data),
    accepted: true,
    comment_recorded: comment !== '',
  };
  const { document, warnings } = await readRun(context, before.data.id).then(
    (read) => ({ document: read, warnings: [] }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return {
        document: before,
        warnings: [
          `The server accepted this, but reading the run afterwards failed (${error.title}); the data is older.`,
        ],
      };
    },
  );
  const headline = `${rule.title}: accepted. Run ${before.data.id} was ${facts.previous_status} and is now ${statusOf(document.data)}.`;
  return reportRun(headline, document, { facts, warnings });
}

function reportDone(
  rule: ActionRule,
  document: Document<Run>,
  previousStatus: string,
  comment: string,
): ToolOutcome {
  return reportRun(
    `${rule.title}: nothing to do. Run ${document.data.id} is ${statusOf(document.data)} already.`,
    document,
    {
      facts: { previous_status: previousStatus, accepted: true, already: true, comment_recorded: false },
      warnings: comment === '' ? [] : ['The comment was not recorded, because nothing was done.'],
    },
  );
}

/** Somebody else may have been faster, and an unclear failure may have worked: the run itself knows. */
async function explainRefusal(
  rule: ActionRule,
  error: ApiError,
  before: Document<Run>,
  comment: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  const failure = failureFromApi(error, `run ${before.data.id}`);
  if (error.code !== 'conflict' && !error.mayHaveHappened) return { failure };
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
  return { failure: withState(failure, rule, fresh.data) };
}

function withState(failure: Failure, rule: ActionRule, run: Run): Failure {
  const possible = possibleActions(run);
  const tools = possible.map((action) => `${action}_run`).join(', ');
  const state = `run ${run.id} is ${statusOf(run)}; possible now: ${tools === '' ? 'no action' : tools}.`;
  if (failure.code !== 'conflict_state') return { ...failure, now: [...(failure.now ?? []), state] };
  return {
    code: 'conflict_state',
    happened: `the server did not ${rule.action.replace('_', '-')} the run: ${reasonFor(rule, run)}`,
    now: [state],
    next: isFinalRun(run)
      ? 'the run is over; create_run starts a new one if there is something left to do.'
      : possible.length > 0
        ? `choose one of ${tools} if it is what the user wants, or get_run_details to look again later.`
        : 'call get_run_details in a few seconds and try again when the action is possible.',
  };
}

function reasonFor(rule: ActionRule, run: Run): string {
  return isFinalRun(run) && rule.action !== 'apply' ? `it is over, ${statusOf(run)}.` : rule.whyNot(run);
}
