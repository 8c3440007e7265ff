/** Called when the server no longer knows this browser's session. */
const listeners = new Set<() => void>();

export function onExpired(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellExpired(): void {
  for (const listener of listeners) listener();
}
