import { reportFacts, type Report, type ReportOptions } from '../report.ts';
import type { PlanChange } from './plan-change.ts';
import type { PlanDigest } from './plan-digest.ts';

/** `5 to add, 1 to change, 2 to destroy`, with replacements counted on both sides as terraform does. */
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

/** Those that a decision hangs on, by name as far as there are not many. */
const NAMED = 10;

/** What decides about a plan, without its list of changes. */
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
    imports,
    forgets: counts.forget,
    moves,
    drifted: drift.length,
    output_changes: outputs.length,
    failed_checks: failed.length,
    destroyed_or_replaced: namesOf(dangerous.map(({ address }) => address)),
    ...(moved.length === 0 ? {} : { forgotten_or_moved: namesOf(moved) }),
    ...(failed.length === 0 ? {} : { checks_that_fail: namesOf(failed) }),
  };
}

function namesOf(names: readonly string[]): string[] {
  const rest = names.length - NAMED;
  return rest > 0 ? [...names.slice(0, NAMED), `and ${String(rest)} more`] : [...names];
}

/** {@link digestFacts} beside what an apply has done. */
export function plannedFacts(digest: PlanDigest): Record<string, unknown> {
  const { additions, changes, destructions, ...rest } = digestFacts(digest);
  return {
    planned_additions: additions,
    planned_changes: changes,
    planned_destructions: destructions,
    ...rest,
  };
}

const MAX_PAGE_LENGTH = 16_000;

/** Changes one by one, as many as an answer can hold. */
export function reportChanges(
  headline: string,
  changes: readonly PlanChange[],
  facts: Readonly<Record<string, unknown>>,
  data: (shown: readonly PlanChange[]) => unknown,
  options: Omit<ReportOptions, 'facts'> & {
    readonly from: number;
    readonly limit: number;
    /** Lines of text about what is in the data beside the changes. */
    readonly also?: readonly string[];
  },
): Report & { readonly nextCursor: string | null } {
  const { from, limit, also = [], ...rest } = options;
  const shown: PlanChange[] = [];
  let length = 0;
  for (const change of changes.slice(from, from + limit)) {
    length += JSON.stringify(change).length;
    if (length > MAX_PAGE_LENGTH && shown.length > 0) break;
    shown.push(change);
  }
  const next = from + shown.length;
  const nextCursor = next < changes.length ? String(next) : null;
  const summary = { ...facts, shown: shown.length, of: changes.length, next_cursor: nextCursor };
  const report = reportFacts(headline, summary, data(shown), rest);
  const text = [
    report.text,
    ...(shown.length === 0 ? [] : ['Changes (names of others, data):', ...shown.map(changeLine)]),
    ...also,
  ];
  return { result: report.result, text: text.join('\n'), nextCursor };
}
