import { quoteInexactNumbers } from '@runwright/models';
import { relatedId, type OpenAnswer } from '@runwright/client';
import { readBounded } from '../../reading/bounded-body.ts';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { missingPlan } from '../../runs/missing-plan.ts';
import { openPlan, readPlanDigest, type PlanSource } from '../../plan/plan-digest.ts';
import { countsText, digestFacts } from '../../plan/plan-report.ts';
import { shownPlan } from '../../plan/shown-plan.ts';
import { reportFacts } from '../../answer/report.ts';
import { readTool } from '../../tool/resource-tool.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';
import { logTool } from './phase-logs.ts';

const plan = ({ plan_id }: { plan_id: string }): string => `plan ${plan_id}`;
const toolsets = ['plans'] as const;
/** Raw JSON is only useful whole; above this length a summary replaces it. */
const MAX_JSON_LENGTH = 32_000;

export const planTools: readonly Tool[] = [
  readTool({
    name: 'get_plan_details',
    title: 'Get plan details',
    description: 'Reads a plan: status, and how much it would add, change and destroy.',
    toolsets,
    input: toolInput('get_plan_details', { plan_id: Ids.plan }),
    subject: plan,
    read: ({ plan_id }, { client, signal }) => client.plans.read(plan_id, { signal }),
  }),
  defineTool({
    name: 'get_plan_json_output',
    title: 'Get plan JSON',
    description:
      'The plan in terraform’s JSON form, sensitive values left out, if small; otherwise its summary. Prefer get_plan_summary.',
    kind: 'read',
    toolsets,
    input: toolInput('get_plan_json_output', { plan_id: Ids.plan }),
    subject: plan,
    handle: ({ plan_id }, context) =>
      planJson({ planId: plan_id }, `plan ${plan_id}`, context, () =>
        context.client.plans.openJson(plan_id, 'full', { signal: context.signal }),
      ),
  }),
  defineTool({
    name: 'get_run_plan_json_output',
    title: 'Get plan JSON of a run',
    description: 'As get_plan_json_output, by the id of the run.',
    kind: 'read',
    toolsets,
    input: toolInput('get_run_plan_json_output', { run_id: Ids.run }),
    subject: ({ run_id }) => `the plan of run ${run_id}`,
    handle: ({ run_id }, context) =>
      planJson({ runId: run_id }, `the plan of run ${run_id}`, context, () =>
        context.client.plans.openJsonOfRun(run_id, 'full', { signal: context.signal }),
      ),
  }),
  logTool({
    name: 'get_plan_logs',
    title: 'Get plan logs',
    description: 'The end of a plan’s log, without colours; also while it runs. get_run_logs can search it.',
    toolsets,
    argument: 'plan_id',
    id: Ids.plan,
    open: (client, id, signal) => client.plans.openLog(id, { signal }),
  }),
];

async function planJson(
  source: PlanSource,
  subject: string,
  context: ToolContext,
  open: () => Promise<OpenAnswer>,
): Promise<ToolOutcome> {
  const answer = await open();
  if (answer.status === 204) {
    await answer.close();
    const { words, status, next } = await missingPlan(source, context);
    return reportFacts(`${capital(subject)} ${words}.`, { ready: false, plan_status: status }, null, {
      next: next === undefined ? [] : [next],
    });
  }
  const text = await readBounded(answer);
  const plan = text === undefined ? undefined : parsePlan(text);
  const document = plan && shownPlan(plan.json, await readDrawnPlan(source, context));
  const length = document === undefined ? Infinity : JSON.stringify(document).length;
  if (document !== undefined && length <= MAX_JSON_LENGTH) {
    const facts = { ready: true, whole: true, characters: length };
    const report = reportFacts(`The JSON of ${subject}; sensitive values are left out.`, facts, document);
    return { result: report.result, text: `${report.text}\nJSON (data): ${JSON.stringify(document)}` };
  }
  const digest = await readPlanDigest(source, context);
  const facts = { ready: true, whole: false, ...(digest === undefined ? {} : digestFacts(digest)) };
  const runId = 'runId' in source ? source.runId : await runOfPlan(source.planId, context);
  const report = reportFacts(
    `The JSON of ${subject} is too large to be shown; its summary instead${digest === undefined ? '' : `: ${countsText(digest)}`}.`,
    facts,
    null,
    {
      next: [
        {
          tool: 'get_plan_summary',
          arguments: 'runId' in source ? { run_id: source.runId } : { plan_id: source.planId },
          why: 'the changes, page by page',
        },
      ],
    },
  );
  if (runId === undefined) return report;
  return { ...report, link: { uri: `run://${runId}/plan-summary`, name: 'plan-summary' } };
}

const runOfPlan = async (planId: string, { client, signal }: ToolContext): Promise<string | undefined> =>
  relatedId(await client.plans.read(planId, { signal }), 'run');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** undefined when the text is not JSON: reading the summary then reports the error. */
function parsePlan(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(quoteInexactNumbers(text)) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Larger than the plan itself, since it contains the schemas of the providers. */
const MAX_DRAWN_BYTES = 16 * 1024 * 1024;

/** The plan as its server draws it for people. undefined where it draws none; one too large to read shows nothing. */
async function readDrawnPlan(source: PlanSource, context: ToolContext): Promise<unknown> {
  const answer = await openPlan(source, 'redacted', context);
  if (answer === 'not shown') return undefined;
  if (answer.status === 204) {
    await answer.close();
    return undefined;
  }
  const text = await readBounded(answer, MAX_DRAWN_BYTES);
  return (text === undefined ? undefined : parsePlan(text)?.json) ?? {};
}
