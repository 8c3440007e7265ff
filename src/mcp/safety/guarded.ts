import type { ToolOutcome } from '../answer/tool-outcome.ts';
import { decide, type ApprovalContext, type ApprovalRequest, type BoundRequest } from './approval.ts';
import type { ApprovedBy } from './audit.ts';
import { digestOf } from './seal.ts';

/** Runs an action that needs approval: asks, refuses or acts, and writes audit lines in each case (mcp §4.1.6). */
export async function guarded(
  request: ApprovalRequest,
  approval: ApprovalContext,
  act: () => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  const note = noteTo(request, approval);
  const decision = decide(request, approval);
  if ('ask' in decision) {
    note(null, 'asked');
    return { ask: decision.ask };
  }
  if ('failure' in decision) {
    note(null, decision.failure.code === 'approval_declined' ? 'declined' : 'refused');
    return decision;
  }
  // Written before the call, so that a killed process has left a trace.
  note(decision.approvedBy, 'approved');
  try {
    const outcome = await act();
    if ('ask' in outcome) note(null, 'asked on a page');
    else note(decision.approvedBy, 'failure' in outcome ? `failed: ${outcome.failure.code}` : 'done');
    return outcome;
  } catch (error) {
    note(decision.approvedBy, 'failed');
    throw error;
  }
}

/** Returns a function that writes audit lines about one guarded call. */
export function noteTo(
  { tool, subject, boundTo }: BoundRequest,
  approval: ApprovalContext,
): (approvedBy: ApprovedBy | null, outcome: string) => void {
  return (approvedBy, outcome) => {
    approval.audit({
      time: new Date().toISOString(),
      caller: approval.caller,
      tool,
      subject,
      digest: digestOf(boundTo),
      approved_by: approvedBy,
      outcome,
    });
  };
}
