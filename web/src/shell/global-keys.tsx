import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { usePlace } from '../place/use-place.ts';
import { onOverlay } from './overlays.ts';
import { useKeys } from '../keys/use-keys.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const KeyList = lazy(async () => ({ default: (await import('./key-list.tsx')).KeyList }));

/** The keys of every page, and the two dialogs that they open. */
export function GlobalKeys() {
  const { org } = usePlace();
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState<'palette' | 'keys' | null>(null);
  useEffect(() => onOverlay(setOverlay), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOverlay('palette');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  useKeys({
    '?': () => setOverlay('keys'),
    ...(org === ''
      ? {}
      : {
          'g i': () => void navigate({ to: '/$org', params: { org } }),
          'g w': () => void navigate({ to: '/$org/workspaces', params: { org } }),
          'g r': () => void navigate({ to: '/$org/runs', params: { org } }),
        }),
  });
  const close = (): void => setOverlay(null);
  return (
    <Suspense>
      {overlay === 'palette' && <Palette close={close} />}
      {overlay === 'keys' && <KeyList close={close} />}
    </Suspense>
  );
}
