import { useEffect, useMemo, useState } from 'react';
import { withoutSequences } from './ansi.tsx';
import { searchText } from './log-lines.ts';
import type { LogStore } from './log-store.ts';

const MOST_HITS = 10_000;

export interface LogSearch {
  /** Indexes of the matching lines. */
  hits: readonly number[];
  /** The index of the current hit; -1 when there is none. */
  at: number;
  isBad: boolean;
  go: (by: 1 | -1) => void;
}

export function useLogSearch(store: LogStore, version: number, text: string, isRegex: boolean): LogSearch {
  const [at, setAt] = useState(0);
  const matcher = useMemo(() => matcherOf(text, isRegex), [text, isRegex]);
  const hits = useMemo(() => {
    if (matcher === undefined || matcher === null) return [];
    const found: number[] = [];
    for (let index = 0; index < store.lines.length && found.length < MOST_HITS; index += 1) {
      const line = store.lines[index];
      if (line !== undefined && matcher(withoutSequences(searchText(line)))) found.push(index);
    }
    return found;
    // The array of lines is always the same: `version` changes when it has grown.
  }, [matcher, store, version]);
  useEffect(() => setAt(0), [text, isRegex]);
  const current = hits.length === 0 ? -1 : Math.min(at, hits.length - 1);
  return {
    hits,
    at: current,
    isBad: matcher === null,
    go: (by) => setAt(hits.length === 0 ? 0 : (current + by + hits.length) % hits.length),
  };
}

/** undefined: there is no search text; null: it is no valid expression. */
function matcherOf(text: string, isRegex: boolean): ((line: string) => boolean) | null | undefined {
  if (text === '') return undefined;
  if (!isRegex) {
    const wanted = text.toLowerCase();
    return (line) => line.toLowerCase().includes(wanted);
  }
  try {
    const expression = new RegExp(text, 'i');
    return (line) => expression.test(line);
  } catch {
    return null;
  }
}
