import { expect, test } from 'vitest';
import type { ChangeWindow } from '../database/schema.ts';
import { closedNow } from './change-windows.ts';
import { localTime, momentOf } from './local-time.ts';
import { ApprovalRules, ChangeWindows } from './settings.ts';

const office: ChangeWindow = {
  kind: 'window',
  name: 'office hours',
  'time-zone': 'Europe/Berlin',
  days: ['mon', 'tue', 'wed', 'thu'],
  from: '09:00',
  to: '17:00',
};
const night: ChangeWindow = { ...office, name: 'night', days: ['fri'], from: '22:00', to: '04:00' };
const freeze: ChangeWindow = {
  kind: 'freeze',
  name: 'holidays',
  'time-zone': 'America/New_York',
  'starts-at': '2026-12-20T00:00',
  'ends-at': '2027-01-04T00:00',
};

test.each([
  ['nothing is set', [], '2026-11-30T03:00:00Z', undefined],
  ['within hours', [office], '2026-11-30T08:00:00Z', undefined],
  ['a minute before', [office], '2026-11-30T07:59:59Z', '2026-11-30T08:00:00.000Z'],
  ['at the end', [office], '2026-11-30T16:00:00Z', '2026-12-01T08:00:00.000Z'],
  ['in summer an hour earlier', [office], '2026-06-01T07:00:00Z', undefined],
  ['over the weekend', [office], '2026-12-03T16:30:00Z', '2026-12-07T08:00:00.000Z'],
  ['over the change of the clocks', [office], '2026-03-26T17:00:00Z', '2026-03-30T07:00:00.000Z'],
  ['at night', [night], '2026-12-04T21:00:00Z', undefined],
  ['after midnight', [night], '2026-12-05T02:59:00Z', undefined],
  ['after the night', [night], '2026-12-05T03:00:00Z', '2026-12-11T21:00:00.000Z'],
  ['the night before', [night], '2026-12-04T02:00:00Z', '2026-12-04T21:00:00.000Z'],
  ['either of two', [office, night], '2026-12-04T21:30:00Z', undefined],
  ['before a freeze', [freeze], '2026-12-20T04:59:00Z', undefined],
  ['in a freeze', [freeze], '2026-12-20T05:00:00Z', '2027-01-04T05:00:00.000Z'],
  ['after a freeze', [freeze], '2027-01-04T05:00:00Z', undefined],
  [
    'in a freeze that ends within hours',
    [freeze, office],
    '2026-12-21T10:00:00Z',
    '2027-01-04T08:00:00.000Z',
  ],
] as const)('%s', (_what, windows, now, until) => {
  const closed = closedNow(windows as readonly ChangeWindow[], new Date(now));
  expect(closed?.until?.toISOString()).toBe(until);
});

test('of two freezes in a row the reported end is that of the last', () => {
  const next = { ...freeze, 'starts-at': '2027-01-03T00:00', 'ends-at': '2027-01-10T00:00' };
  const closed = closedNow([freeze, next], new Date('2026-12-25T12:00:00Z'));
  expect(closed).toEqual({ name: 'holidays', kind: 'freeze', until: new Date('2027-01-10T05:00:00Z') });
});

test.each([
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
])('a wall clock time of %s converts to a moment and back', (zone) => {
  for (let day = 1; day <= 28; day++) {
    const local = `2026-0${(day % 9) + 1}-${String(day).padStart(2, '0')}T12:30`;
    expect(localTime(momentOf(local, zone), zone)).toBe(local);
  }
});

const berlin = (start: string, end: string): ChangeWindow => ({
  ...freeze,
  'time-zone': 'Europe/Berlin',
  'starts-at': start,
  'ends-at': end,
});
const fromTwice = berlin('2026-10-25T02:30', '2026-10-26T00:00');
const toTwice = berlin('2026-10-24T00:00', '2026-10-25T02:30');
const fromNever = berlin('2026-03-29T02:30', '2026-03-30T00:00');
const toNever = berlin('2026-03-28T00:00', '2026-03-29T02:30');
const newYork = { ...freeze, 'starts-at': '2026-10-31T00:00', 'ends-at': '2026-11-01T01:30' };

test.each([
  ['before a start that is shown twice', fromTwice, '2026-10-25T00:29:00Z', false],
  ['from its first time', fromTwice, '2026-10-25T00:30:00Z', true],
  ['when the clock is set back before it', fromTwice, '2026-10-25T01:10:00Z', true],
  ['between the two times of an end', toTwice, '2026-10-25T00:45:00Z', true],
  ['just before the last of them', toTwice, '2026-10-25T01:29:00Z', true],
  ['from the last of them', toTwice, '2026-10-25T01:30:00Z', false],
  ['before a start that no clock shows', fromNever, '2026-03-29T00:59:00Z', false],
  ['once the clock is past it', fromNever, '2026-03-29T01:00:00Z', true],
  ['before an end that no clock shows', toNever, '2026-03-29T00:59:00Z', true],
  ['once the clock is past that', toNever, '2026-03-29T01:00:00Z', false],
  ['west of Greenwich, between the two times', newYork, '2026-11-01T05:45:00Z', true],
  ['west of Greenwich, after both', newYork, '2026-11-01T06:30:00Z', false],
] as const)('%s a freeze over a change of the clocks is on or off', (_what, window, now, isClosed) => {
  expect(closedNow([window as ChangeWindow], new Date(now)) !== undefined).toBe(isClosed);
});

const without = (window: object, name: string) =>
  Object.fromEntries(Object.entries(window).filter(([key]) => key !== name));

test.each([
  [{ ...office, 'time-zone': 'Mars/Base' }],
  [{ ...office, from: '9:00' }],
  [{ ...office, to: '24:00' }],
  [{ ...office, to: '09:00' }],
  [{ ...office, days: [] }],
  [{ ...office, days: ['monday'] }],
  [without(office, 'name')],
  [{ ...office, kind: 'holiday' }],
  [{ ...freeze, 'ends-at': '2026-12-19T00:00' }],
  [{ ...freeze, 'starts-at': '2026-13-01T00:00' }],
  [{ ...freeze, 'starts-at': '2026-02-30T00:00' }],
  [{ ...freeze, 'starts-at': '0000-12-20T00:00' }],
  [{ ...freeze, 'starts-at': '2026-12-20' }],
  [{ ...freeze, more: true }],
])('%j is no window', (window) => {
  expect(ChangeWindows.safeParse([window]).success).toBe(false);
});

test('a rule asks 1 to 10 of a team, and each team once', () => {
  const rule = (approvals: unknown, team: unknown = null) => ({ 'team-id': team, approvals });
  expect(ApprovalRules.safeParse([rule(1), rule(10, 'team-a')]).success).toBe(true);
  for (const wrong of [[rule(0)], [rule(11)], [rule('2')], [rule(1), rule(2)], [{ approvals: 1 }], 'none']) {
    expect(ApprovalRules.safeParse(wrong).success).toBe(false);
  }
});
