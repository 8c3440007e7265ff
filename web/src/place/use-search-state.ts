import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

type Search = Readonly<Record<string, string | undefined>>;

/** The filters of a page, which are in its address. Setting one to undefined or '' removes it. */
export function useSearchState(): [Search, (changes: Search, options?: { push?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Search, { push = false }: { push?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((before: Search) => {
          const merged = Object.entries({ ...before, ...changes });
          return Object.fromEntries(merged.filter(([, value]) => value !== undefined && value !== ''));
        }) as never,
        hash: true,
        replace: !push,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [search, change];
}
