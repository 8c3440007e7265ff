import { addDays, localTime, momentOf, momentsOf } from './local-time.ts';
import type { ChangeWindow } from '../database/schema.ts';
import { DAYS } from './settings.ts';

/** Why no run may be applied now, and until when; null: until the windows are changed. */
export interface Closed {
  name: string;
  kind: 'window' | 'freeze';
  until: Date | null;
}

type Freeze = Extract<ChangeWindow, { kind: 'freeze' }>;
type Weekly = Extract<ChangeWindow, { kind: 'window' }>;

/** A freeze closes the workspace; without one, a workspace with windows is open within any of them. */
export function closedNow(windows: readonly ChangeWindow[], now: Date): Closed | undefined {
  const freezes = windows.filter((window) => window.kind === 'freeze');
  const weekly = windows.filter((window) => window.kind === 'window');
  if (isFrozen(freezes, now) !== undefined) {
    const until = opensAt(freezes, weekly, now);
    return { name: isFrozen(freezes, now)?.name ?? '', kind: 'freeze', until };
  }
  if (weekly.length === 0 || weekly.some((window) => isWithin(window, now))) return undefined;
  return {
    name: weekly.map(({ name }) => name).join(', '),
    kind: 'window',
    until: opensAt(freezes, weekly, now),
  };
}

/** A freeze lasts from the first time that the clock shows its start until the last time that it shows its end. */
function isFrozen(freezes: readonly Freeze[], now: Date): Freeze | undefined {
  return freezes.find(({ 'starts-at': start, 'ends-at': end, 'time-zone': zone }) => {
    const local = localTime(now, zone);
    return hasCome(start, 'first', zone, now, local) && !hasCome(end, 'last', zone, now, local);
  });
}

/** No clock is set back as far as this. */
const CLOSE_MS = 4 * 3_600_000;

function hasCome(time: string, which: 'first' | 'last', zone: string, now: Date, local: string): boolean {
  const isClose = Math.abs(Date.parse(`${time}:00Z`) - Date.parse(`${local}:00Z`)) < CLOSE_MS;
  const moments = isClose ? momentsOf(time, zone) : undefined;
  return moments === undefined ? time <= local : now >= moments[which];
}

function isWithin({ days, from, to, 'time-zone': zone }: Weekly, now: Date): boolean {
  const [day = '', clock = ''] = localTime(now, zone).split('T');
  const begins = (date: string): boolean => days.includes(dayOf(date));
  if (from < to) return begins(day) && from <= clock && clock < to;
  return (begins(day) && from <= clock) || (begins(addDays(day, -1)) && clock < to);
}

const dayOf = (date: string) => DAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'mon';

/** The first moment from now on at which the workspace is open: the end of a freeze, or the start of a window. */
function opensAt(freezes: readonly Freeze[], weekly: readonly Weekly[], now: Date): Date | null {
  const ends = freezes.map(({ 'ends-at': end, 'time-zone': zone }) => {
    return momentsOf(end, zone)?.last ?? momentOf(end, zone);
  });
  const from = [now, ...ends.filter((end) => end > now)];
  const starts = from.flatMap((moment) => weekly.flatMap((window) => startsAfter(window, moment)));
  return (
    [...ends, ...starts]
      .filter((moment) => moment > now)
      .toSorted((one, other) => one.getTime() - other.getTime())
      .find((moment) => isOpen(freezes, weekly, moment)) ?? null
  );
}

const isOpen = (freezes: readonly Freeze[], weekly: readonly Weekly[], moment: Date): boolean =>
  isFrozen(freezes, moment) === undefined &&
  (weekly.length === 0 || weekly.some((window) => isWithin(window, moment)));

function startsAfter({ days, from, 'time-zone': zone }: Weekly, moment: Date): Date[] {
  const [day = ''] = localTime(moment, zone).split('T');
  return Array.from({ length: 9 }, (_, index) => addDays(day, index))
    .filter((date) => days.includes(dayOf(date)))
    .map((date) => momentOf(`${date}T${from}`, zone));
}
