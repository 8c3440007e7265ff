import type { RefObject } from 'react';
import { useKeys } from './use-keys.ts';

/** `j` and `k` go from row to row; `o` acts like Enter on a row, and `x` chooses it where rows can be chosen. */
export function useRowKeys(box: RefObject<HTMLElement | null>, selector: string): void {
  const move = (by: 1 | -1): void => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    const next = at === -1 ? (by === 1 ? rows[0] : undefined) : rows[at + by];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const { activeElement } = document;
      if (box.current?.contains(activeElement) !== true) return;
      activeElement
        ?.closest('li, [role="row"]')
        ?.querySelector<HTMLElement>('input[type="checkbox"]')
        ?.click();
    },
    o: () => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && activeElement.matches(selector)) activeElement.click();
    },
  });
}
