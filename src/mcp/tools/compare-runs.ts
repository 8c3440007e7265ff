import { Ids, toolInput } from '../inputs.ts';
import { readPlanDigest, type PlanDigest } from '../plan/plan-digest.ts';
import type { PlanChange } from '../plan/plan-change.ts';
import { changeLine, digestFacts } from '../plan/plan-report.ts';
import { reportFacts } from '../report.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool-context.ts';

const SHOWN = 40;

export const compareRuns = defineTool({
  name: 'compare_runs',
  title: 'Compare runs',
  description:
    'What the plans of two runs do differently: counts of both, changes only in one, and addresses with another action.',
  kind: 'read',
  toolsets: ['core', 'plans'],
  input: toolInput('compare_runs', { run_id: Ids.run, other_run_id: Ids.run }),
  subject: ({ run_id, other_run_id }) => `runs ${run_id} and ${other_run_id}`,
  async handle({ run_id, other_run_id }, context) {
    const [one, other] = [
      await readPlanDigest({ runId: run_id }, context),
      await readPlanDigest({ runId: other_run_id }, context),
    ];
    if (one === undefined || other === undefined)
      return noPlan(one === undefined ? run_id : other_run_id, context);
    const [ours, theirs] = [byAddress(one), byAddress(other)];
    const only = (mine: Map<string, PlanChange>, rest: Map<string, PlanChange>): PlanChange[] =>
      [...mine.values()].filter(({ address }) => !rest.has(address));
    const changed = [...ours.values()]
      .filter(({ address, action }) => theirs.has(address) && theirs.get(address)?.action !== action)
      .map(({ address, action }) => ({ address, action, other_action: theirs.get(address)?.action ?? '?' }));
    const [onlyHere, onlyThere] = [only(ours, theirs), only(theirs, ours)];
    const summary = {
      run_id,
      other_run_id,
      counts: countsOf(one),
      other_counts: countsOf(other),
      only_in_run: onlyHere.length,
      only_in_other: onlyThere.length,
      other_action: changed.length,
      identical: onlyHere.length + onlyThere.length + changed.length === 0,
    };
    const data = {
      only_in_run: onlyHere.slice(0, SHOWN).map(({ address, action }) => ({ address, action })),
      only_in_other: onlyThere.slice(0, SHOWN).map(({ address, action }) => ({ address, action })),
      other_action: changed.slice(0, SHOWN),
    };
    const isCut = Math.max(onlyHere.length, onlyThere.length, changed.length) > SHOWN;
    const report = reportFacts(`The plans of ${run_id} and ${other_run_id}.`, summary, data, {
      warnings: isCut ? [`Only the first ${String(SHOWN)} of each list are shown.`] : [],
    });
    const lines = [
      ...section(`Only in ${run_id}:`, onlyHere.slice(0, SHOWN).map(changeLine)),
      ...section(`Only in ${other_run_id}:`, onlyThere.slice(0, SHOWN).map(changeLine)),
      ...section(
        'With another action:',
        changed
          .slice(0, SHOWN)
          .map(
            ({ address, action, other_action }) => `- ${address}: ${action}, in the other ${other_action}`,
          ),
      ),
    ];
    return { result: report.result, text: [report.text, ...lines].join('\n') };
  },
});

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines];

const byAddress = ({ changes }: PlanDigest): Map<string, PlanChange> =>
  new Map(changes.map((change) => [change.address, change]));

function countsOf(digest: PlanDigest): string {
  const { additions, changes, destructions } = digestFacts(digest);
  return `${String(additions)} to add, ${String(changes)} to change, ${String(destructions)} to destroy`;
}

async function noPlan(runId: string, { client, signal }: ToolContext) {
  const { status } = (await client.runs.read(runId, { signal })).data.attributes;
  return {
    failure: {
      code: 'conflict_state' as const,
      happened: `the plan of run ${runId} cannot be read: it is not finished, or your token cannot see it.`,
      now: [`run ${runId} is ${status}.`],
      next: 'wait for it with wait_for_run, or compare the counts of get_run_details.',
    },
  };
}
