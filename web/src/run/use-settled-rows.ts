import { useEffect, useState } from 'react';
import type { RunView } from './run-view.ts';

/**
 * The rows of a list that do not jump while somebody reads: shown runs stay and are kept up to date; newer runs are
 * counted until the reader asks for them.
 *
 * @param filters as one text: another text starts a new list
 */
export function useSettledRows(views: readonly RunView[] | undefined, filters: string) {
  const [settled, setSettled] = useState<{ filters: string; ids: ReadonlySet<string> }>();
  useEffect(() => {
    if (views !== undefined && settled?.filters !== filters) {
      setSettled({ filters, ids: new Set(views.map(({ run }) => run.id)) });
    }
  }, [views, filters, settled]);
  const all = views ?? [];
  const firstKnown = settled === undefined ? 0 : all.findIndex(({ run }) => settled.ids.has(run.id));
  const newer = settled?.filters === filters && window.scrollY > 80 && firstKnown > 0 ? firstKnown : 0;
  return {
    rows: all.slice(newer),
    newer,
    showNewer: () => setSettled({ filters, ids: new Set(all.map(({ run }) => run.id)) }),
  };
}
