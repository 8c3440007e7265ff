import { useEffect } from 'react';
import { words } from '../words/words.ts';

/** Names the page in the browser's tab and history. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts.filter((part) => part !== ''), words.shell.product].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
