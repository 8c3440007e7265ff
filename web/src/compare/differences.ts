import { writeExactJson } from '@runwright/models';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import type { Change, Plan } from '../changes/plan.ts';
import { durationText } from '../parts/time.tsx';
import { countsText, type RunView } from '../run/run-view.ts';
import { shownStatus, statusLook } from '../status/status.ts';
import { timesOf } from '../trends/run-times.ts';
import type { ComparedRow } from './compared-table.tsx';

const C = laterWords.page.compare;
const T = laterWords.trend;
const NONE = '–';

/** What is known of a run, the same facts in the same order for each run. */
export function factsOf(view: RunView): readonly (readonly [name: string, value: string])[] {
  const { run, counts } = view;
  const a = run.attributes;
  const times = timesOf(view);
  const timeOf = (part: 'wait' | 'plan' | 'apply'): string =>
    times === undefined ? NONE : durationText(times[part] * 1_000);
  return [
    [words.page.runs.message, view.message],
    [words.page.runs.status, statusLook(shownStatus(run), a['has-changes']).text],
    [words.page.runs.changes, counts === undefined ? NONE : countsText(counts, false)],
    [words.run.facts.version, a['terraform-version'] ?? NONE],
    [words.run.facts.by, view.createdBy ?? words.run.bySystem],
    [
      words.run.facts.created,
      a['created-at'] === undefined ? NONE : new Date(a['created-at']).toLocaleString(),
    ],
    [T.wait, timeOf('wait')],
    [T.plan, timeOf('plan')],
    [T.apply, timeOf('apply')],
  ];
}

/** The resources that the two plans treat differently. Without both plans nothing can be said. */
export function differingChanges(first: Plan | null, second: Plan | null): readonly ComparedRow[] {
  if (first === null || second === null) return [];
  const [was, is] = [byAddress(first), byAddress(second)];
  return [...new Set([...was.keys(), ...is.keys()])].toSorted().flatMap((address): ComparedRow[] => {
    const [one, other] = [was.get(address), is.get(address)];
    if (one !== undefined && other !== undefined && one.action === other.action) {
      const action = words.change.action[one.action];
      return jsonOf(one) === jsonOf(other) ? [] : [[address, action, C.otherValues(action)]];
    }
    return [[address, actionOf(one), actionOf(other)]];
  });
}

const byAddress = ({ changes, outputs }: Plan): ReadonlyMap<string, Change> =>
  new Map([
    ...changes.map((change) => [change.address, change] as const),
    ...outputs.map((change) => [`output.${change.address}`, change] as const),
  ]);
const actionOf = (change: Change | undefined): string =>
  change === undefined ? NONE : words.change.action[change.action];
const jsonOf = ({ json: { before, after, after_unknown: unknown } }: Change): string =>
  writeExactJson([before, after, unknown]);

/** The variables that one of the runs was given, and the other was not or with another value. */
export function differingVariables(first: RunView, second: RunView): readonly ComparedRow[] {
  const [one, other] = [valuesOf(first), valuesOf(second)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .toSorted()
    .map((key): ComparedRow => [key, one.get(key) ?? NONE, other.get(key) ?? NONE])
    .filter(([, was, is]) => was !== is);
}

const valuesOf = ({ run }: RunView): ReadonlyMap<string, string> =>
  new Map((run.attributes.variables ?? []).map(({ key, value }) => [key, value]));
