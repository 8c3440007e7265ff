import { useEffect, useRef } from 'react';
import { areKeysOn } from './key-switch.ts';

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

const SEQUENCE_MS = 1_200;
let started: { key: string; at: number } | undefined;

/** Keys that are typed into a field are no commands. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input, textarea, select, [role="combobox"], [role="menuitem"]'))
  );
}

/** Single keys, and two in a row as `g r`. They can be switched off (WCAG 2.1.4), and rest while a dialog is open. */
export function useKeys(map: KeyMap): void {
  const current = useRef(map);
  current.current = map;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented || hasModifier || !areKeysOn() || isWriting(event.target)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const isSecond =
        started !== undefined && event.timeStamp - started.at < SEQUENCE_MS && started.at !== event.timeStamp;
      const keys = isSecond && started !== undefined ? `${started.key} ${event.key}` : event.key;
      const act = current.current[keys] ?? current.current[event.key];
      if (event.key === 'g') started = { key: 'g', at: event.timeStamp };
      if (act === undefined) return;
      if (event.key !== 'g') started = undefined;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
