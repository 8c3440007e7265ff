import { includedOf, isFinalRun, relatedId, type Document, type Run } from '@runwright/client';
import * as z from 'zod';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { readPlanDigest } from '../../plan/plan-digest.ts';
import { plannedFacts } from '../../plan/plan-report.ts';
import { readWholeRun } from '../../runs/read-run.ts';
import { policyFacts } from '../../runs/run-policies.ts';
import { taskFacts } from '../../runs/run-tasks.ts';
import { riskReasons } from '../../runs/run-risk.ts';
import { statusOf } from '../../runs/run-status.ts';
import { obstacleText } from '../../runs/run-obstacle.ts';
import { standingOf, type RunStanding } from '../../runs/run-standing.ts';
import { reportRun, runSummary } from '../../runs/run-summary.ts';
import { defineTool } from '../../tool/tool.ts';

export const summarizeRun = defineTool({
  name: 'summarize_run',
  title: 'Summarize run',
  description:
    'One run at a glance: what its plan changes, destroys and replaces, cost, policies, phase, what it waits for. detail full adds all attributes.',
  kind: 'read',
  toolsets: ['core', 'runs'],
  input: toolInput('summarize_run', {
    run_id: Ids.run,
    detail: z.enum(['concise', 'full']).default('concise'),
  }),
  subject: ({ run_id }) => `run ${run_id}`,
  async handle({ run_id, detail }, context) {
    const document = await readWholeRun(context, run_id);
    const digest = await readPlanDigest({ runId: run_id }, context);
    const standing = await standingOf(document, context);
    const reasons = await riskReasons(document, context);
    const facts = {
      ...nameOf(document),
      phase: phaseOf(document),
      waiting_for: waitsFor(document, standing),
      ...(digest === undefined ? {} : plannedFacts(digest)),
      ...(reasons.length === 0 ? {} : { risk_reasons: reasons }),
      ...costOf(document),
      ...(await policyFacts(document.data, context)),
      ...(await taskFacts(document.data, context)),
    };
    const report = reportRun(`Run ${run_id} is ${statusOf(document.data)}.`, document, {
      facts,
      standing,
      isWhole: detail === 'full',
    });
    return detail === 'full' ? report : { ...report, result: { ...report.result, data: null } };
  },
});

function nameOf(document: Document<Run>): Record<string, unknown> {
  const workspace = includedOf(document, 'workspace');
  if (workspace === undefined) return {};
  return {
    workspace: workspace.attributes['name'],
    organization: relatedId(workspace, 'organization') ?? null,
  };
}

function phaseOf(document: Document<Run>): string {
  const apply = includedOf(document, 'apply')?.attributes['status'];
  if (typeof apply === 'string' && !['pending', 'created', 'unreachable'].includes(apply))
    return `apply ${apply}`;
  const plan = includedOf(document, 'plan')?.attributes['status'];
  return typeof plan === 'string' ? `plan ${plan}` : statusOf(document.data);
}

function waitsFor(document: Document<Run>, standing: RunStanding): string {
  const run = document.data;
  const status = statusOf(run);
  if (isFinalRun(run))
    return status === 'errored' ? 'nothing: it failed; diagnose_run says why' : 'nothing: it is over';
  const { needs } = runSummary(document);
  if (needs === 'confirmation') return 'a decision: apply or discard';
  if (needs === 'policy_override') return 'a decision about a policy that did not pass';
  if (standing.obstacle !== undefined) return obstacleText(standing.obstacle);
  if (standing.waits !== undefined) return standing.waits;
  if (['pending', 'queuing', 'plan_queued', 'queuing_apply', 'apply_queued'].includes(status))
    return 'its turn: a runner that is free';
  return 'terraform, which is working';
}

function costOf(document: Document<Run>): Record<string, unknown> {
  const cost = includedOf(document, 'cost-estimate')?.attributes;
  if (cost === undefined) return {};
  return {
    cost_status: cost['status'],
    monthly_cost_change: cost['delta-monthly-cost'] ?? null,
    monthly_cost: cost['proposed-monthly-cost'] ?? null,
  };
}
