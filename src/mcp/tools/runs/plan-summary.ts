import * as z from 'zod';
import type { Failure } from '../../answer/failure.ts';
import { cursor, Ids, toolInput } from '../../tool/inputs.ts';
import { missingPlan } from '../../runs/missing-plan.ts';
import { PLAN_ACTIONS, type PlanChange } from '../../plan/plan-change.ts';
import { readPlanDigest, type PlanDigest, type PlanSource } from '../../plan/plan-digest.ts';
import { changeRow, countsText, digestFacts, reportChanges, type Besides } from '../../plan/plan-report.ts';
import { reportFacts } from '../../answer/report.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';

export const getPlanSummary = defineTool({
  name: 'get_plan_summary',
  title: 'Get plan summary',
  description:
    'What a plan would do: counts, then each change with address, action and changed attributes, the destructive ones first. No values. actions narrows it down, cursor goes on.',
  kind: 'read',
  toolsets: ['core', 'plans'],
  input: toolInput('get_plan_summary', {
    run_id: Ids.run.optional(),
    plan_id: Ids.plan.optional(),
    actions: z.array(z.enum(PLAN_ACTIONS)).optional(),
    cursor,
    limit: z.int().min(1).max(200).default(50),
  }),
  subject: ({ run_id, plan_id }) =>
    run_id === undefined ? `plan ${plan_id ?? '?'}` : `the plan of run ${run_id}`,
  async handle({ run_id, plan_id, actions, cursor: given = '0', limit }, context) {
    if ((run_id === undefined) === (plan_id === undefined)) return { failure: NAMES_NOTHING };
    const source = run_id === undefined ? { planId: plan_id ?? '' } : { runId: run_id };
    const subject = run_id ?? plan_id ?? '';
    const digest = await readPlanDigest(source, context);
    if (digest === undefined) return withoutDigest(source, subject, context);
    const changes =
      actions === undefined
        ? digest.changes
        : digest.changes.filter(({ action }) => actions.includes(action));
    const headline = `The plan of ${subject}: ${countsText(digest)}.`;
    const { nextCursor, ...report } = reportChanges(headline, changes, digestFacts(digest), besides(digest), {
      from: Number(given),
      limit,
      warnings: warningsOf(digest),
      toldByList:
        actions === undefined ? ['destroyed_or_replaced', 'forgotten_or_moved', 'checks_that_fail'] : [],
    });
    if (nextCursor === null) return report;
    const again = {
      ...(run_id === undefined ? { plan_id } : { run_id }),
      ...(actions && { actions }),
      ...(limit === 50 ? {} : { limit }),
      cursor: nextCursor,
    };
    const next = { tool: 'get_plan_summary', arguments: again, why: 'the next changes' };
    return {
      result: { ...report.result, next_actions: [next] },
      text: `${report.text}\nNext: get_plan_summary ${JSON.stringify(again)} (${next.why})`,
    };
  },
});

const NAMES_NOTHING: Failure = {
  code: 'invalid_argument',
  happened: 'a plan is named by either run_id or plan_id; give exactly one of them.',
  next: 'call again with the run_id.',
};

/** The lists of a plan beside its changes, page by page with them. */
function besides({ drift, outputs, failed_checks: failed }: PlanDigest): Besides {
  return {
    length: Math.max(drift.length, outputs.length, failed.length),
    page(from, end) {
      const part = {
        drift: drift.slice(from, end),
        outputs: outputs.slice(from, end),
        failed_checks: failed.slice(from, end),
      };
      return { data: { ...part, drift: part.drift.map(changeRow) }, lines: alsoLines(part) };
    },
  };
}

/** The same for clients that show text only. */
function alsoLines({
  drift,
  outputs,
  failed_checks: failed,
}: Pick<PlanDigest, 'drift' | 'outputs' | 'failed_checks'>): string[] {
  const line = (title: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${title}: ${names.join(', ')}`];
  const changed = ({ action, address, attributes }: PlanChange): string =>
    `${action} ${address}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`;
  const named = outputs.map(({ name, action }) => `${action} ${name}`);
  return [
    ...line('Outputs', named),
    ...line('Changed outside of terraform', drift.map(changed)),
    ...line('Checks that fail', failed),
  ];
}

function warningsOf(digest: PlanDigest): string[] {
  const dangerous = digest.counts.delete + digest.counts.replace;
  return [
    ...digest.warnings,
    ...(dangerous === 0 ? [] : [`${String(dangerous)} existing resources are destroyed or replaced.`]),
    ...(digest.failed_checks.length === 0 ? [] : ['Some checks of the configuration do not pass.']),
  ];
}

/** The plan itself has the counts, also for callers who may not see its content. */
async function withoutDigest(
  source: PlanSource,
  subject: string,
  context: ToolContext,
): Promise<ToolOutcome> {
  const { words, status, attributes, next } = await missingPlan(source, context);
  const summary = {
    plan_status: status,
    additions: attributes['resource-additions'] ?? null,
    changes: attributes['resource-changes'] ?? null,
    destructions: attributes['resource-destructions'] ?? null,
  };
  return reportFacts(`The plan of ${subject} ${words}.`, summary, null, {
    next: next === undefined ? [] : [next],
  });
}
