import { includedOf, relatedId, type Document, type Run } from '@runwright/client';
import type { PlanChange } from '../plan/plan-change.ts';
import { readPlanDigest, type PlanDigest } from '../plan/plan-digest.ts';
import { creatorOf } from './run-people.ts';
import { policyFacts } from './run-policies.ts';
import { readWholeRun } from './read-run.ts';
import { riskFact, riskReasons } from './run-risk.ts';
import { statusOf } from './run-status.ts';
import { isAnswerNeeded, type ApprovalContext, type ApprovalRequest } from '../safety/approval.ts';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

export interface RunActionText {
  readonly tool: string;
  /** `Apply`. */
  readonly verb: string;
  /** The runs that the action discards. */
  readonly displaced?: readonly string[];
}

/**
 * The question before something is done with a run: the run, its workspace, and for a plan its changes. It has ids,
 * counts and cleaned names, and is bound to the run's status and plan: any change makes it worthless.
 */
export async function runApproval(
  { tool, verb, displaced }: RunActionText,
  before: Document<Run>,
  { approval, ...reader }: ApiReader & { readonly approval: ApprovalContext },
): Promise<ApprovalRequest> {
  const { id } = before.data;
  const basic = { tool, subject: `run ${id}`, title: `${verb} run ${id}?`, isPreviewed: true };
  const bound = {
    run: id,
    status: statusOf(before.data),
    plan: relatedId(before.data, 'plan') ?? null,
    counts: countsOf(before),
    ...(displaced === undefined ? {} : { displaced }),
  };
  if (!isAnswerNeeded(approval)) return { ...basic, facts: [], boundTo: bound };
  const whole = await readWholeRun(reader, id);
  const workspace = includedOf(whole, 'workspace');
  const cost = includedOf(whole, 'cost-estimate')?.attributes['delta-monthly-cost'];
  const digest = await readPlanDigest({ runId: id }, reader);
  const { policies = [] } = await policyFacts(whole.data, reader);
  const reasons = await riskReasons(whole, reader);
  const named = (digest?.changes ?? []).filter(
    ({ action, moved_from: from }) => DECISIVE.has(action) || from !== undefined,
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
      ...riskText(whole, reasons),
      ...rareText(digest),
      ...named.slice(0, NAMED).map(namedText),
      ...(named.length > NAMED
        ? [`and ${String(named.length - NAMED)} more to destroy, replace, forget or move`]
        : []),
      ...(typeof cost === 'string' ? [`monthly cost changes by ${cleanText(cost, 20)} dollars`] : []),
      ...(policies.length === 0 ? [] : [`policies: ${cleanText(policies.join(', '), 200)}`]),
      `requested by: ${creatorOf(whole) ?? 'unknown'}`,
    ],
    hasPage: tool === 'apply_run' && workspace?.attributes['mcp-apply-approval'] === true,
    boundTo: { ...bound, named: named.map(namedText) },
  };
}

/** Actions that remove something, or take it out of the state. */
const DECISIVE: ReadonlySet<string> = new Set(['delete', 'replace', 'forget']);
const NAMED = 10;

function namedText({ action, address, moved_from: from }: PlanChange): string {
  const moved = from === undefined ? '' : ` (moved from ${cleanText(from, 200)})`;
  return `${action}: ${cleanText(address, 200)}${moved}`;
}

function riskText(document: Document<Run>, reasons: readonly string[]): string[] {
  const { risk } = riskFact(document);
  if (risk === undefined) return [];
  return [`risk ${risk}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`];
}

/** The changes that terraform's three counts leave out. */
function rareText(digest: PlanDigest | undefined): string[] {
  if (digest === undefined) return [];
  const { imports, moves, counts, drift, failed_checks: failed } = digest;
  const words = [
    ...counted(imports, 'to import'),
    ...counted(counts.forget, 'to forget: terraform manages it no more'),
    ...counted(moves, 'to move to another address'),
    ...counted(drift.length, 'changed outside of terraform'),
  ];
  return [
    ...(words.length === 0 ? [] : [`also ${words.join(', ')}`]),
    ...(failed.length === 0 ? [] : [`checks that fail: ${cleanText(failed.join(', '), 200)}`]),
  ];
}

const counted = (count: number, words: string): string[] =>
  count === 0 ? [] : [`${String(count)} ${words}`];

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
