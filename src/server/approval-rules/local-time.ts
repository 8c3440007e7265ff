/** The wall clock of a time zone at a moment: `2026-12-20T09:30`. */
export function localTime(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(moment);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** The moment at which a wall clock shows a time; a time that a change of the clocks skips: as far after the change. */
export function momentOf(local: string, timeZone: string): Date {
  const wanted = Date.parse(`${local}:00Z`);
  let guess = wanted;
  // The offset at the guess is that of the answer, except for guesses close to a change of the clocks.
  for (let attempt = 0; attempt < 3; attempt++) {
    const shown = Date.parse(`${localTime(new Date(guess), timeZone)}:00Z`);
    if (shown === wanted) break;
    guess += wanted - shown;
  }
  return new Date(guess);
}

/** As {@link momentOf}; both moments of a time that a clock shows twice; undefined for one that it never shows. */
export function momentsOf(local: string, timeZone: string): { first: Date; last: Date } | undefined {
  const one = momentOf(local, timeZone);
  if (localTime(one, timeZone) !== local) return undefined;
  const times = [-60, -30, 30, 60]
    .map((minutes) => new Date(one.getTime() + minutes * 60_000))
    .filter((moment) => localTime(moment, timeZone) === local);
  const all = [one, ...times].map((moment) => moment.getTime());
  return { first: new Date(Math.min(...all)), last: new Date(Math.max(...all)) };
}

/** A day after or before another one: `2026-12-31` and 1 make `2027-01-01`. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
