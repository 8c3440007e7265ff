import { useState } from 'react';

interface Entry<Value> {
  key: number;
  value: Value;
}

/** A list in a form: each entry keeps its key, so that removing one moves no text into another's field. */
export function useKeyed<Value extends object>(initial: readonly Value[]) {
  const [{ entries }, set] = useState<{ entries: readonly Entry<Value>[]; next: number }>({
    entries: initial.map((value, key) => ({ key, value })),
    next: initial.length,
  });
  return {
    entries,
    values: entries.map(({ value }) => value),
    add: (value: Value): void =>
      set((before) => ({ entries: [...before.entries, { key: before.next, value }], next: before.next + 1 })),
    change: (key: number, changes: Partial<Value>): void =>
      set((before) => ({
        ...before,
        entries: before.entries.map((entry) =>
          entry.key === key ? { key, value: { ...entry.value, ...changes } } : entry,
        ),
      })),
    remove: (key: number): void =>
      set((before) => ({ ...before, entries: before.entries.filter((entry) => entry.key !== key) })),
  };
}
