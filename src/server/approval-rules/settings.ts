import * as z from 'zod';

/** How many members of a team must approve a plan; a team of null: anybody who may apply. */
export const ApprovalRule = z.strictObject({
  'team-id': z.string().max(100).nullable(),
  approvals: z
    .int('must be a whole number from 1 to 10')
    .min(1, 'must be at least 1')
    .max(10, 'must be at most 10'),
});

export const ApprovalRules = z
  .array(ApprovalRule)
  .max(10, 'may hold at most 10 rules')
  .refine(
    (rules) => new Set(rules.map((rule) => rule['team-id'])).size === rules.length,
    'names a team twice: give each team one rule',
  );

const name = z.string().min(1, 'must not be empty').max(90, 'must have at most 90 characters');
const zone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone by its IANA name, like Europe/Berlin or UTC');
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 09:30');
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time like 2026-12-20T00:00')
  .refine(isDay, 'must be a day that there is, in the years 1 to 9999');
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Every week on these days, from one time to another; an end before the start is on the next day. */
const Window = z
  .strictObject({
    kind: z.literal('window'),
    name,
    'time-zone': zone,
    days: z.array(z.enum(DAYS)).min(1, 'must hold at least one day').max(7),
    from: clock,
    to: clock,
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'must be another time than from' });

/** Once, from one local time to another. */
const Freeze = z
  .strictObject({
    kind: z.literal('freeze'),
    name,
    'time-zone': zone,
    'starts-at': moment,
    'ends-at': moment,
  })
  .refine((freeze) => freeze['starts-at'] < freeze['ends-at'], {
    path: ['ends-at'],
    error: 'must be after starts-at',
  });

export const ChangeWindow = z.discriminatedUnion('kind', [Window, Freeze], {
  error: 'must be of the kind "window" or "freeze"',
});

export const ChangeWindows = z.array(ChangeWindow).max(50, 'may hold at most 50');

/** JavaScript takes February 30 for a day in March. */
function isDay(text: string): boolean {
  const moment = new Date(`${text}:00Z`);
  return !Number.isNaN(moment.getTime()) && text >= '0001' && moment.toISOString().startsWith(text);
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
