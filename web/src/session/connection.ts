/** Whether the server answers, according to the last requests. */
const listeners = new Set<() => void>();
let lost = false;

function set(value: boolean): void {
  if (lost === value) return;
  lost = value;
  for (const listener of listeners) listener();
}

export const connection = {
  isLost: (): boolean => lost,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  answered: (): void => set(false),
  failed: (): void => set(true),
};
