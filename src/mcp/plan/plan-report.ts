import { reportFacts, type Report, type ReportOptions } from '../report.ts';
import type { PlanChange } from './plan-change.ts';
import type { PlanDigest } from './plan-digest.ts';

/** `5 to add, 1 to change, 2 to destroy`, with replacements counted on both sides as terraform does. */
export function countsText({ counts }: PlanDigest): string {
  const parts = [
    `${String(counts.create + counts.replace)} to add`,
    `${String(counts.update)} to change`,
    `${String(counts.delete + counts.replace)} to destroy`,
    ...(counts.replace === 0 ? [] : [`${String(counts.replace)} of them replaced`]),
    ...(counts.import === 0 ? [] : [`${String(counts.import)} to import`]),
    ...(counts.forget === 0 ? [] : [`${String(counts.forget)} to forget`]),
  ];
  return parts.join(', ');
}

/** `- delete aws_instance.web [ami, tags (known after apply)]`. */
export function changeLine(change: PlanChange): string {
  const { action, address, attributes, reason, moved_from: from } = change;
  const notes = [
    ...(reason === undefined ? [] : [reason]),
    ...(from === undefined ? [] : [`moved from ${from}`]),
  ];
  const names =
    action === 'create' || action === 'delete' || attributes.length === 0
      ? ''
      : ` [${attributes.join(', ')}]`;
  return `- ${action} ${address}${names}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** What decides about a plan, without its list of changes. */
export function digestFacts(digest: PlanDigest): Record<string, unknown> {
  const { counts, drift, outputs, failed_checks: failed } = digest;
  const dangerous = digest.changes.filter(({ action }) => action === 'delete' || action === 'replace');
  return {
    additions: counts.create + counts.replace,
    changes: counts.update,
    destructions: counts.delete + counts.replace,
    replacements: counts.replace,
    imports: counts.import,
    drifted: drift.length,
    output_changes: outputs.length,
    failed_checks: failed.length,
    destroyed_or_replaced: dangerous.slice(0, 10).map(({ address }) => address),
  };
}

const MAX_PAGE_LENGTH = 16_000;

/** Changes one by one, as many as an answer can hold. */
export function reportChanges(
  headline: string,
  changes: readonly PlanChange[],
  facts: Readonly<Record<string, unknown>>,
  data: (shown: readonly PlanChange[]) => unknown,
  options: Omit<ReportOptions, 'facts'> & { readonly from: number; readonly limit: number },
): Report & { readonly nextCursor: string | null } {
  const { from, limit, ...rest } = options;
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
  ];
  return { result: report.result, text: text.join('\n'), nextCursor };
}
