import type { ToolContext, ToolOutcome } from '../tool-context.ts';
import { decide, type ApprovalRequest } from './approval.ts';
import type { ApprovedBy } from './audit.ts';
import { digestOf } from './seal.ts';

/** Does something that needs approval: asks, refuses or acts, and writes the audit line either way (mcp §4.1.6). */
export async function guarded(
  request: ApprovalRequest,
  context: ToolContext,
  act: () => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  const { caller, audit } = context.approval;
  const note = (approvedBy: ApprovedBy | null, outcome: string): void => {
    audit({
      time: new Date().toISOString(),
      caller,
      tool: request.tool,
      subject: request.subject,
      digest: digestOf(request.boundTo),
      approved_by: approvedBy,
      outcome,
    });
  };
  const decision = decide(request, context.approval);
  if ('ask' in decision) {
    note(null, 'asked');
    return { ask: decision.ask };
  }
  if ('failure' in decision) {
    note(null, decision.failure.code === 'approval_declined' ? 'declined' : 'refused');
    return decision;
  }
  // Before the call, so that a process that is killed meanwhile has left a trace.
  note(decision.approvedBy, 'approved');
  try {
    const outcome = await act();
    note(decision.approvedBy, 'failure' in outcome ? `failed: ${outcome.failure.code}` : 'done');
    return outcome;
  } catch (error) {
    note(decision.approvedBy, 'failed');
    throw error;
  }
}
