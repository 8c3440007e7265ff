/** Opens the dialogs of every page, from anywhere. */
type Overlay = 'palette' | 'keys';
const listeners = new Set<(overlay: Overlay) => void>();

export function onOverlay(listener: (overlay: Overlay) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const open = (overlay: Overlay): void => {
  for (const listener of listeners) listener(overlay);
};
export const openPalette = (): void => open('palette');
