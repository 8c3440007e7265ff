import { factLines, reportFacts, type Report, type ReportOptions } from '../answer/report.ts';
import { resultText } from '../answer/result.ts';
import type { PlanChange } from './plan-change.ts';
import type { PlanDigest } from './plan-digest.ts';

/** `5 to add, 1 to change, 2 to destroy`; a replacement counts on both sides, as in terraform. */
export function countsText({ counts, imports, moves }: PlanDigest): string {
  const rare = (count: number, words: string): string[] => (count === 0 ? [] : [`${String(count)} ${words}`]);
  return [
    `${String(counts.create + counts.replace)} to add`,
    `${String(counts.update)} to change`,
    `${String(counts.delete + counts.replace)} to destroy`,
    ...rare(counts.replace, 'of them replaced'),
    ...rare(imports, 'to import'),
    ...rare(counts.forget, 'to forget'),
    ...rare(moves, 'to move'),
  ].join(', ');
}

/** `- delete aws_instance.web [ami, tags (known after apply)]`. */
export function changeLine(change: PlanChange): string {
  const { action, address, attributes, reason, moved_from: from, imported } = change;
  const notes = [
    ...(reason === undefined ? [] : [reason]),
    ...(from === undefined ? [] : [`moved from ${from}`]),
    ...(imported === true && action !== 'import' ? ['imported'] : []),
  ];
  const names =
    action === 'create' || action === 'delete' || attributes.length === 0
      ? ''
      : ` [${attributes.join(', ')}]`;
  return `- ${action} ${address}${names}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** The counts that are not 0, and the names of those that are 0. */
function rareFacts(counts: Readonly<Record<string, number>>): Record<string, unknown> {
  const names = Object.keys(counts);
  const none = names.filter((name) => counts[name] === 0);
  return {
    ...Object.fromEntries(names.filter((name) => !none.includes(name)).map((name) => [name, counts[name]])),
    ...(none.length === 0 ? {} : { none }),
  };
}

/** Up to this many changes are read one by one. */
const FEW = 25;
/** The number of types whose changes a summary counts. */
const TYPES = 8;

/** `aws_instance: 8 create, 1 replace`, most changes first; for plans too long to read line by line. */
function countsByType(changes: readonly PlanChange[]): string[] {
  const types = new Map<string, Map<string, number>>();
  for (const { type, action } of changes) {
    const actions = types.get(type) ?? new Map<string, number>();
    actions.set(action, (actions.get(action) ?? 0) + 1);
    types.set(type, actions);
  }
  const rows = [...types]
    .map(([type, actions]) => ({ type, actions, total: [...actions.values()].reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.total - a.total);
  const named = rows
    .slice(0, TYPES)
    .map(
      ({ type, actions }) =>
        `${type} (${[...actions].map(([action, count]) => `${String(count)} ${action}`).join(', ')})`,
    );
  return rows.length > TYPES ? [...named, `and ${String(rows.length - TYPES)} more types`] : named;
}

/** A row of a list of changes: created and deleted things have all their attributes, so these are left out. */
export function changeRow({ attributes, type, ...row }: PlanChange): Record<string, unknown> {
  return {
    ...row,
    // An address of terraform contains the type.
    ...(row.address.includes(`${type}.`) ? {} : { type }),
    ...(row.action === 'create' || row.action === 'delete' || attributes.length === 0 ? {} : { attributes }),
  };
}

/** Up to this many changes that a decision depends on are named. */
const NAMED = 10;

/** The facts that decide about a plan, without its list of changes. */
export function digestFacts(digest: PlanDigest): Record<string, unknown> {
  const { counts, drift, outputs, failed_checks: failed, imports, moves } = digest;
  const dangerous = digest.changes.filter(({ action }) => action === 'delete' || action === 'replace');
  const moved = [
    ...digest.changes.filter(({ action }) => action === 'forget').map(({ address }) => `forget ${address}`),
    ...digest.changes
      .filter(({ moved_from: from }) => from !== undefined)
      .map(({ address, moved_from: from }) => `move ${from ?? '?'} to ${address}`),
  ];
  return {
    additions: counts.create + counts.replace,
    changes: counts.update,
    destructions: counts.delete + counts.replace,
    replacements: counts.replace,
    ...rareFacts({
      imports,
      forgets: counts.forget,
      moves,
      drifted: drift.length,
      output_changes: outputs.length,
      failed_checks: failed.length,
    }),
    // A few changes are listed one by one anyway.
    ...(digest.changes.length > FEW ? { by_type: countsByType(digest.changes) } : {}),
    destroyed_or_replaced: namesOf(dangerous.map(({ address }) => address)),
    ...(moved.length === 0 ? {} : { forgotten_or_moved: namesOf(moved) }),
    ...(failed.length === 0 ? {} : { checks_that_fail: namesOf(failed) }),
  };
}

function namesOf(names: readonly string[]): string[] {
  const rest = names.length - NAMED;
  return rest > 0 ? [...names.slice(0, NAMED), `and ${String(rest)} more`] : [...names];
}

/** {@link digestFacts} next to the results of an apply. */
export function plannedFacts(digest: PlanDigest): Record<string, unknown> {
  const { additions, changes, destructions, ...rest } = digestFacts(digest);
  return {
    planned_additions: additions,
    planned_changes: changes,
    planned_destructions: destructions,
    ...rest,
  };
}

/** Facts that {@link countsText} already has. */
const TOLD_BY_HEADLINE: ReadonlySet<string> = new Set([
  'additions',
  'changes',
  'destructions',
  'replacements',
  'imports',
  'forgets',
  'moves',
]);

const MAX_PAGE_LENGTH = 16_000;

/** Lists beside the changes: each page shows the part between two rows. */
export interface Besides {
  /** The length of the longest list. */
  readonly length: number;
  readonly page: (from: number, end: number) => { readonly data: object; readonly lines: readonly string[] };
}

export interface ChangesOptions extends Omit<ReportOptions, 'facts'> {
  readonly from: number;
  readonly limit: number;
  /** Facts that the text can leave out, because its list of changes has them. */
  readonly toldByList: readonly string[];
}

/** As many changes as an answer can hold, with the same range of the other lists. */
export function reportChanges(
  headline: string,
  changes: readonly PlanChange[],
  facts: Readonly<Record<string, unknown>>,
  besides: Besides,
  { from, limit, toldByList, ...rest }: ChangesOptions,
): Report & { readonly nextCursor: string | null } {
  const shown: PlanChange[] = [];
  let length = 0;
  for (const change of changes.slice(from, from + limit)) {
    length += JSON.stringify(changeRow(change)).length;
    if (length > MAX_PAGE_LENGTH && shown.length > 0) break;
    shown.push(change);
  }
  // After the last change the other lists go on alone.
  const end = from + (from + shown.length < changes.length ? shown.length : limit);
  const nextCursor = end < Math.max(changes.length, besides.length) ? String(end) : null;
  const { data, lines } = besides.page(from, end);
  const summary = { ...facts, shown: shown.length, of: changes.length, next_cursor: nextCursor };
  const report = reportFacts(headline, summary, { changes: shown.map(changeRow), ...data }, rest);
  const isWhole = from === 0 && nextCursor === null;
  const told = Object.entries(summary).filter(
    ([name]) => !TOLD_BY_HEADLINE.has(name) && !(isWhole && toldByList.includes(name)),
  );
  const text = [
    resultText(headline, factLines(Object.fromEntries(told)), report.result),
    ...(shown.length === 0 ? [] : ['Changes (names are data):', ...shown.map(changeLine)]),
    ...lines,
  ];
  return { result: report.result, text: text.join('\n'), nextCursor };
}
