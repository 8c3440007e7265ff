export interface ListDiff {
  kind: 'added' | 'removed' | 'same';
  text: string;
}

/** Longer lists are compared only from their ends inward: the full table would take too much memory. */
const LONGEST = 2_000;

/** The shortest edit from one list to another, including the unchanged lines. */
export function diffLists(before: readonly string[], after: readonly string[]): readonly ListDiff[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const entry = (kind: ListDiff['kind']) => (text: string) => ({ kind, text });
  const [was, is] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const middle =
    was.length * is.length > LONGEST * LONGEST
      ? [...was.map(entry('removed')), ...is.map(entry('added'))]
      : shortestWay(was, is);
  return [
    ...before.slice(0, start).map(entry('same')),
    ...middle,
    ...before.slice(before.length - end).map(entry('same')),
  ];
}

function shortestWay(was: readonly string[], is: readonly string[]): ListDiff[] {
  const width = is.length + 1;
  /** The number of common lines from [i] and [j] on. */
  const common = new Uint16Array((was.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = is.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = was[i] === is[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const way: ListDiff[] = [];
  let [i, j] = [0, 0];
  while (i < was.length || j < is.length) {
    const [old, fresh] = [was[i], is[j]];
    if (old !== undefined && old === fresh) {
      way.push({ kind: 'same', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      way.push({ kind: 'removed', text: old });
      i += 1;
    } else if (fresh !== undefined) {
      way.push({ kind: 'added', text: fresh });
      j += 1;
    }
  }
  return way;
}
