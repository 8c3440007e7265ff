import { includedOf, relatedId, type Document, type Run } from '@runwright/client';
import { readPlanDigest } from './plan/plan-digest.ts';
import { policyFacts } from './run-policies.ts';
import { readWholeRun } from './read-run.ts';
import { statusOf } from './run-summary.ts';
import type { ApprovalRequest } from './safety/approval.ts';
import type { ToolContext } from './tool-context.ts';
import { cleanText } from './untrusted-text.ts';

/** false: nobody will be asked and no token looked at, so that what would be shown need not be read. */
export function isAnswerNeeded({ approval }: ToolContext): boolean {
  const { mode } = approval.approvals;
  return mode === 'require' || (mode === 'auto' && approval.canAsk);
}

export interface RunActionText {
  readonly tool: string;
  /** `Apply`. */
  readonly verb: string;
  /** The runs that it discards. */
  readonly displaced?: readonly string[];
}

/**
 * What is asked before something is done with a run: which run of which workspace, and for a plan what it would do. Made
 * of ids, counts and cleaned names; bound to the run's status and its plan, so that a later change makes it worthless.
 */
export async function runApproval(
  { tool, verb, displaced }: RunActionText,
  before: Document<Run>,
  context: ToolContext,
): Promise<ApprovalRequest> {
  const { id } = before.data;
  const basic = { tool, subject: `run ${id}`, title: `${verb} run ${id}?` };
  const bound = {
    run: id,
    status: statusOf(before.data),
    plan: relatedId(before.data, 'plan') ?? null,
    counts: countsOf(before),
    ...(displaced === undefined ? {} : { displaced }),
  };
  if (!isAnswerNeeded(context)) return { ...basic, facts: [], boundTo: bound };
  const whole = await readWholeRun(context, id);
  const workspace = includedOf(whole, 'workspace');
  const cost = includedOf(whole, 'cost-estimate')?.attributes['delta-monthly-cost'];
  const digest = await readPlanDigest({ runId: id }, context);
  const { policies = [] } = await policyFacts(whole.data, context);
  const dangerous = (digest?.changes ?? []).filter(
    ({ action }) => action === 'delete' || action === 'replace',
  );
  const counts = countsOf(whole);
  return {
    ...basic,
    facts: [
      `workspace: ${name(workspace?.attributes['name'])} (${relatedId(whole.data, 'workspace') ?? '?'})`,
      ...(workspace === undefined ? [] : [`organization: ${name(relatedId(workspace, 'organization'))}`]),
      `status: ${statusOf(whole.data)}${whole.data.attributes['is-destroy'] === true ? ', a DESTROY run' : ''}`,
      ...(displaced === undefined ? [] : [`discards: ${displacedText(displaced)}`]),
      `to add ${String(counts.additions)}, to change ${String(counts.changes)}, to destroy ${String(counts.destructions)}` +
        (digest === undefined ? '' : `, of which replaced ${String(digest.counts.replace)}`),
      ...dangerous.slice(0, 10).map(({ action, address }) => `${action}: ${cleanText(address, 200)}`),
      ...(dangerous.length > 10 ? [`and ${String(dangerous.length - 10)} more to destroy or replace`] : []),
      ...(typeof cost === 'string' ? [`monthly cost changes by ${cleanText(cost, 20)} dollars`] : []),
      ...(policies.length === 0 ? [] : [`policies: ${cleanText(policies.join(', '), 200)}`]),
      `requested by: ${relatedId(whole.data, 'created-by') ?? 'unknown'}`,
    ],
    hasPage: tool === 'apply_run' && workspace?.attributes['mcp-apply-approval'] === true,
    boundTo: { ...bound, dangerous: dangerous.map(({ action, address }) => `${action} ${address}`) },
  };
}

const displacedText = (runs: readonly string[]): string =>
  runs.length === 0 ? 'no run that is known' : cleanText(runs.join(', '), 400);

const name = (text: unknown): string => (typeof text === 'string' ? cleanText(text, 100) : '?');

function countsOf(document: Document<Run>): { additions: unknown; changes: unknown; destructions: unknown } {
  const plan = includedOf(document, 'plan')?.attributes;
  return {
    additions: plan?.['resource-additions'] ?? null,
    changes: plan?.['resource-changes'] ?? null,
    destructions: plan?.['resource-destructions'] ?? null,
  };
}
