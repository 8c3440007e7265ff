import { cursor, Ids, toolInput } from '../../tool/inputs.ts';
import { readComparablePlan, type ComparablePlan, type PlanDigest } from '../../plan/plan-digest.ts';
import { missingPlan } from '../../runs/missing-plan.ts';
import { differingNames } from '../../plan/plan-values.ts';
import type { PlanChange } from '../../plan/plan-change.ts';
import { changeLine, countsText } from '../../plan/plan-report.ts';
import { reportFacts } from '../../answer/report.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { cleanText } from '../../text/untrusted-text.ts';

const SHOWN = 40;

export const compareRuns = defineTool({
  name: 'compare_runs',
  title: 'Compare runs',
  description:
    'Whether the plans of two runs are the same, by addresses, actions and values, and what they do differently. No ' +
    'values. cursor goes on.',
  kind: 'read',
  toolsets: ['core', 'plans'],
  input: toolInput('compare_runs', { run_id: Ids.run, other_run_id: Ids.run, cursor }),
  subject: ({ run_id, other_run_id }) => `runs ${run_id} and ${other_run_id}`,
  async handle({ run_id, other_run_id, cursor: given = '0' }, context) {
    const [one, other] = [
      await readComparablePlan({ runId: run_id }, context),
      await readComparablePlan({ runId: other_run_id }, context),
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
    const { differing, unknown } = compareValues(one, other);
    const isSameActions = onlyHere.length + onlyThere.length + changed.length === 0;
    const isSame = isSameActions && differing.length === 0;
    const summary = {
      run_id,
      other_run_id,
      counts: countsText(one),
      other_counts: countsText(other),
      only_in_run: onlyHere.length,
      only_in_other: onlyThere.length,
      other_action: changed.length,
      other_values: differing.length,
      not_compared: unknown,
      same_actions: isSameActions,
      identical: isSame && unknown > 0 ? null : isSame,
    };
    const from = Number(given);
    const page = <T>(all: readonly T[]): readonly T[] => all.slice(from, from + SHOWN);
    const longest = Math.max(onlyHere.length, onlyThere.length, changed.length, differing.length);
    const nextCursor = longest > from + SHOWN ? String(from + SHOWN) : null;
    const data = {
      only_in_run: page(onlyHere).map(({ address, action }) => ({ address, action })),
      only_in_other: page(onlyThere).map(({ address, action }) => ({ address, action })),
      other_action: page(changed),
      other_values: page(differing),
    };
    const facts = { ...summary, ...(nextCursor === null ? {} : { next_cursor: nextCursor }) };
    const report = reportFacts(`The plans of ${run_id} and ${other_run_id}.`, facts, data, {
      next:
        nextCursor === null
          ? []
          : [
              {
                tool: 'compare_runs',
                arguments: { run_id, other_run_id, cursor: nextCursor },
                why: 'the next of each list',
              },
            ],
      warnings: [
        ...(unknown === 0
          ? []
          : [
              `The values of ${String(unknown)} changes are hidden from your token or too large, so they were not compared.`,
            ]),
      ],
    });
    const lines = [
      ...section(`Only in ${run_id}:`, page(onlyHere).map(changeLine)),
      ...section(`Only in ${other_run_id}:`, page(onlyThere).map(changeLine)),
      ...section(
        'With another action:',
        page(changed).map(
          ({ address, action, other_action }) => `- ${address}: ${action}, in the other ${other_action}`,
        ),
      ),
      ...section(
        'With other values:',
        page(differing).map(({ address, attributes }) =>
          cleanText(`- ${address} [${attributes.join(', ')}]`, 2_000),
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

interface ValueDifference {
  readonly address: string;
  /** The names of the attributes whose values differ. */
  readonly attributes: readonly string[];
}

/** Changes that both plans have by address, with different values. */
function compareValues(
  one: ComparablePlan,
  other: ComparablePlan,
): { differing: ValueDifference[]; unknown: number } {
  const differing: ValueDifference[] = [];
  let unknown = 0;
  for (const [address, ours] of one.values) {
    const theirs = other.values.get(address);
    if (theirs === undefined) {
      if (address.startsWith(OUTPUT)) differing.push({ address, attributes: ['(only in the first)'] });
    } else if (ours.whole !== theirs.whole) {
      differing.push({ address, attributes: differingNames(ours, theirs) });
    } else if (ours.isHidden || theirs.isHidden) unknown += 1;
  }
  for (const address of other.values.keys()) {
    if (address.startsWith(OUTPUT) && !one.values.has(address))
      differing.push({ address, attributes: ['(only in the other)'] });
  }
  return { differing, unknown };
}

/** No address of a resource begins so: its type would have to be named `output`. */
const OUTPUT = 'output.';

async function noPlan(runId: string, context: ToolContext) {
  const { words, next } = await missingPlan({ runId }, context);
  return {
    failure: {
      code: 'conflict_state' as const,
      happened: `there is nothing to compare: the plan of run ${runId} ${words}.`,
      next: next === undefined ? 'compare the counts of get_run_details.' : `${next.tool}: ${next.why}.`,
    },
  };
}
