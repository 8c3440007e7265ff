import { useEffect, useSyncExternalStore } from 'react';

/** The comment that is being written on the page of a run: rows and lines of the page add their addresses to it. */
let draft = { run: '', text: '' };
const listeners = new Set<() => void>();

/** The field's id, for those who add to it. */
export const COMMENT_FIELD = 'new-comment';

export function writeDraft(text: string): void {
  draft = { ...draft, text };
  for (const tell of listeners) tell();
}

/** Adds an address of this page to the comment, and leads to the comment. */
export function mention(address: string): void {
  writeDraft(`${draft.text === '' ? '' : `${draft.text.trimEnd()}\n`}${address}\n`);
  document.getElementById(COMMENT_FIELD)?.focus();
}

/** The text of the comment on this run. A draft for another run is dropped. */
export function useDraft(run: string): string {
  useEffect(() => {
    if (draft.run !== run) {
      draft = { run, text: draft.run === '' ? draft.text : '' };
      for (const tell of listeners) tell();
    }
    // What was mentioned before the field was there leads to it now.
    if (draft.text !== '') document.getElementById(COMMENT_FIELD)?.focus();
  }, [run]);
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => draft.text,
  );
}
