import { useNow } from './use-now.ts';

const UNITS = [
  ['y', 31_536_000],
  ['mo', 2_592_000],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** `3 min ago`. A moment that is in the future by this clock is `just now`: clocks differ. */
export function Age({ at }: { at: string | null | undefined }) {
  const now = useNow(15_000);
  if (at === undefined || at === null) return <span className="muted">–</span>;
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  const unit = UNITS.find(([, size]) => seconds >= size);
  const text = unit === undefined ? 'just now' : `${String(Math.floor(seconds / unit[1]))} ${unit[0]} ago`;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="nowrap">
      {text}
    </time>
  );
}

export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3_600) return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
  return `${String(Math.floor(seconds / 3_600))} h ${String(Math.floor((seconds % 3_600) / 60))} min`;
}

/** The time between two moments, or until now while the second one is missing. */
export function Duration({ from, to }: { from: string | undefined; to?: string | null | undefined }) {
  const now = useNow(to === undefined || to === null ? 1_000 : null);
  if (from === undefined) return null;
  const end = to === undefined || to === null ? now : Date.parse(to);
  return <span className="nowrap">{durationText(end - Date.parse(from))}</span>;
}
