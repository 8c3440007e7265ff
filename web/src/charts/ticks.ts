const MOST = 4;
/** Times that people count in, in seconds. */
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

/** A step for an axis from 0 to `max`: 1, 2 or 5 times a power of ten, or a usual time. At most four steps fit. */
function stepFor(max: number, kind: 'number' | 'time'): number {
  if (max <= 0) return 1;
  const named = kind === 'time' ? TIMES.find((each) => max <= each * MOST) : undefined;
  if (named !== undefined) return named;
  const least = max / MOST;
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** Ticks from 0 to the first one that is not below `max`. */
export function ticksFor(max: number, kind: 'number' | 'time'): readonly number[] {
  const step = stepFor(max, kind);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
