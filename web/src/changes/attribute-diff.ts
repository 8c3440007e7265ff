import { JsonText } from '@runwright/models';
import { words } from '../words/words.ts';
import { diffLists } from './diff-lists.ts';
import type { JsonChange } from './plan.ts';

/** One line of a resource's changes. */
export interface DiffRow {
  kind: 'added' | 'removed' | 'changed' | 'same' | 'group' | 'folded';
  name: string;
  depth: number;
  before?: string;
  after?: string;
  forces?: boolean;
  isSensitive?: boolean;
  isUnknown?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonText);

interface Marks {
  unknown: unknown;
  sensitiveBefore: unknown;
  sensitiveAfter: unknown;
}

const mark = (marks: unknown, key: string | number): unknown =>
  marks === true ? true : isFields(marks) || Array.isArray(marks) ? (marks as Fields)[key] : undefined;

const below = (marks: Marks, key: string | number): Marks => ({
  unknown: mark(marks.unknown, key),
  sensitiveBefore: mark(marks.sensitiveBefore, key),
  sensitiveAfter: mark(marks.sensitiveAfter, key),
});

const holdsTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && Object.values(value).some(holdsTrue));

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return words.change.nothing;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonText) return value.text;
  return JSON.stringify(value);
}

/** The changes of a resource or an output by attribute. Unchanged attributes are one line at the end of their group. */
export function diffRows(change: JsonChange): readonly DiffRow[] {
  const marks: Marks = {
    unknown: change.after_unknown,
    sensitiveBefore: change.before_sensitive,
    sensitiveAfter: change.after_sensitive,
  };
  const forcing = new Set((change.replace_paths ?? []).map((path) => path.join('.')));
  const rows: DiffRow[] = [];
  if (isFields(change.before) || isFields(change.after)) {
    fieldRows(change.before, change.after, marks, [], rows, forcing);
  } else valueRows('', change.before, change.after, marks, [], rows, forcing);
  return rows;
}

function fieldRows(
  before: unknown,
  after: unknown,
  marks: Marks,
  path: readonly string[],
  rows: DiffRow[],
  forcing: ReadonlySet<string>,
): void {
  const [was, is] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  const unknown = isFields(marks.unknown) ? marks.unknown : {};
  const names = [...new Set([...Object.keys(was), ...Object.keys(is), ...Object.keys(unknown)])].sort();
  let unchanged = 0;
  for (const name of names) {
    const inside = below(marks, name);
    const stays = same(was[name] ?? null, is[name] ?? null) && !holdsTrue(inside.unknown);
    if (stays) unchanged += was[name] === undefined || was[name] === null ? 0 : 1;
    else valueRows(name, was[name], is[name], inside, [...path, name], rows, forcing);
  }
  if (unchanged > 0)
    rows.push({ kind: 'folded', name: words.change.unchanged(unchanged), depth: path.length });
}

function valueRows(
  name: string,
  before: unknown,
  after: unknown,
  marks: Marks,
  path: readonly string[],
  rows: DiffRow[],
  forcing: ReadonlySet<string>,
): void {
  const depth = Math.max(0, path.length - 1);
  const forces = forcing.has(path.join('.'));
  const isSensitive = marks.sensitiveBefore === true || marks.sensitiveAfter === true;
  const common = { name, depth, ...(forces ? { forces } : {}) };
  if (isSensitive) {
    const hidden = words.change.sensitive;
    rows.push({
      ...common,
      isSensitive,
      kind: kindOf(before, after, marks.unknown === true),
      ...(before === undefined || before === null ? {} : { before: hidden }),
      ...((after === undefined || after === null) && marks.unknown !== true ? {} : { after: hidden }),
    });
    return;
  }
  if (marks.unknown === true) {
    rows.push({
      ...common,
      isUnknown: true,
      kind: kindOf(before, after, true),
      ...(before === undefined || before === null ? {} : { before: textOfValue(before) }),
      after: words.change.known,
    });
    return;
  }
  if (isFields(before ?? after) && isFields(after ?? before)) {
    rows.push({ ...common, kind: 'group', name: name === '' ? '' : `${name} {}` });
    fieldRows(before, after, marks, path.length === 0 ? [''] : path, rows, forcing);
    return;
  }
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before)) {
    rows.push({ ...common, kind: 'group', name: `${name} []` });
    listRows((before ?? []) as unknown[], (after ?? []) as unknown[], marks, path, rows, forcing);
    return;
  }
  if (typeof before === 'string' && typeof after === 'string' && textRows(before, after, common, path, rows))
    return;
  rows.push({
    ...common,
    kind: kindOf(before, after, false),
    ...(before === undefined || before === null ? {} : { before: textOfValue(before) }),
    ...(after === undefined || after === null ? {} : { after: textOfValue(after) }),
  });
}

function kindOf(before: unknown, after: unknown, isUnknown: boolean): DiffRow['kind'] {
  if (before === undefined || before === null) return 'added';
  return (after === undefined || after === null) && !isUnknown ? 'removed' : 'changed';
}

function listRows(
  before: readonly unknown[],
  after: readonly unknown[],
  marks: Marks,
  path: readonly string[],
  rows: DiffRow[],
  forcing: ReadonlySet<string>,
): void {
  const depth = Math.max(1, path.length);
  const isFlat = [...before, ...after].every(
    (item) => typeof item !== 'object' || item === null || item instanceof JsonText,
  );
  if (
    isFlat &&
    !holdsTrue(marks.unknown) &&
    !holdsTrue(marks.sensitiveBefore) &&
    !holdsTrue(marks.sensitiveAfter)
  ) {
    for (const { kind, text } of diffLists(before.map(textOfValue), after.map(textOfValue))) {
      rows.push(
        kind === 'removed' ? { kind, name: '', depth, before: text } : { kind, name: '', depth, after: text },
      );
    }
    return;
  }
  const length = Math.max(
    before.length,
    after.length,
    Array.isArray(marks.unknown) ? marks.unknown.length : 0,
  );
  let unchanged = 0;
  for (let index = 0; index < length; index += 1) {
    const inside = below(marks, index);
    if (same(before[index], after[index]) && !holdsTrue(inside.unknown)) unchanged += 1;
    else
      valueRows(String(index), before[index], after[index], inside, [...path, String(index)], rows, forcing);
  }
  if (unchanged > 0) rows.push({ kind: 'folded', name: words.change.unchanged(unchanged), depth });
}

/** Texts that are JSON are compared as JSON, and those of several lines line by line. */
function textRows(
  before: string,
  after: string,
  common: Pick<DiffRow, 'name' | 'depth' | 'forces'>,
  path: readonly string[],
  rows: DiffRow[],
): boolean {
  const [was, is] = [jsonIn(before), jsonIn(after)];
  if (was !== undefined && is !== undefined && Array.isArray(was) === Array.isArray(is) && !same(was, is)) {
    rows.push({ ...common, kind: 'group', name: `${common.name} (JSON)` });
    const none: Marks = { unknown: undefined, sensitiveBefore: undefined, sensitiveAfter: undefined };
    if (Array.isArray(was) && Array.isArray(is)) listRows(was, is, none, path, rows, new Set());
    else fieldRows(was, is, none, path, rows, new Set());
    return true;
  }
  if (!before.includes('\n') && !after.includes('\n')) return false;
  rows.push({ ...common, kind: 'group' });
  const depth = Math.max(1, path.length);
  for (const { kind, text } of diffLists(before.split('\n'), after.split('\n'))) {
    rows.push(
      kind === 'removed' ? { kind, name: '', depth, before: text } : { kind, name: '', depth, after: text },
    );
  }
  return true;
}

function jsonIn(text: string): Fields | readonly unknown[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Fields | readonly unknown[];
  } catch {
    // The text only looks like JSON.
    return undefined;
  }
}
