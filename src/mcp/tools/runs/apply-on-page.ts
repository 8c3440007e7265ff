import { isFinalRun, type Run } from '@runwright/client';
import type { Failure } from '../../answer/failure.ts';
import { statusOf } from '../../runs/run-status.ts';
import { reportRun } from '../../runs/run-summary.ts';
import { noteTo } from '../../safety/guarded.ts';
import type { ApprovalPage, PageAnswer } from '../../safety/approval-page.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';
import { watchRun } from '../../runs/watch-run.ts';
import { isApproved } from './run-action-rules.ts';

/** The time that clients wait for an answer (mcp §3.3). */
const WAIT_S = 45;

/** For a client that cannot open a page: its model passes the address on. */
export const needsPage = (page: ApprovalPage, runId: string): Failure => ({
  code: 'approval_required',
  happened: `a person must approve run ${runId} on a page of the server; nothing was applied.`,
  now: [`the page, which shows what would change: ${page.url}`],
  next: 'give the user this address; once they have decided, get_run_details shows what came of it.',
});

/** Waits for the person's decision on the page, as long as one call may take. */
export async function awaitDecision(
  runId: string,
  page: PageAnswer,
  context: ToolContext,
  waitS = WAIT_S,
): Promise<ToolOutcome> {
  const note = noteTo(page.request, context.approval);
  if (!page.wasOpened) {
    note(null, 'declined');
    return { failure: NOT_OPENED(runId) };
  }
  // A run that cannot be confirmed just now is not decided: something else may block it.
  const isDecided = (run: Run): boolean => isFinalRun(run) || isApproved(run);
  const { document } = await watchRun(runId, isDecided, { timeoutS: waitS, context });
  const run = document.data;
  if (!isDecided(run)) {
    note(null, 'not decided yet');
    return { failure: NOT_DECIDED(runId) };
  }
  await context.tellPageIsDone(page.pageId);
  const status = statusOf(run);
  if (status === 'discarded' || (isFinalRun(run) && status !== 'applied' && status !== 'errored')) {
    note('page', 'declined');
    return { failure: REJECTED(runId, status) };
  }
  note('page', 'done');
  return reportRun(`Apply run: approved on the page. Run ${runId} is now ${status}.`, document, {
    facts: { previous_status: 'planned', accepted: true, approved_by: 'a person, on the page of the server' },
  });
}

const NOT_OPENED = (runId: string): Failure => ({
  code: 'approval_declined',
  happened: `the person at the client did not open the page on which run ${runId} is approved; nothing was applied.`,
  next: 'ask the user what they want; apply_run asks again.',
});

const NOT_DECIDED = (runId: string): Failure => ({
  code: 'approval_required',
  happened: `nobody has decided about run ${runId} on the page yet; nothing was applied.`,
  now: ['the page stays open for the decision, for an hour since it was asked for.'],
  next: 'tell the user, and look at get_run_details later; apply_run leads to the same page.',
});

const REJECTED = (runId: string, status: string): Failure => ({
  code: 'approval_declined',
  happened: `run ${runId} was not approved: it is ${status} now; nothing was applied.`,
  next: 'ask the user what they want instead; create_run starts a new run.',
});
