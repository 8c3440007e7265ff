import * as z from 'zod';
import { ActivityDuration } from '../projects/activity-duration.ts';
import { keptOnly } from '../http/effect.ts';
import { Moment } from '../http/json-api.ts';

const text = (max: number) => z.string().max(max).nullish();
const paths = z.array(z.string().max(1_000)).max(100).nullish();

/**
 * Attributes that clients write and read back, and that change nothing here: no repositories are watched, no health is
 * assessed, nothing is destroyed by the clock (api-contract §5.3).
 */
export const CLIENT_SETTINGS = {
  'file-triggers-enabled': keptOnly(z.boolean().nullish()),
  'trigger-prefixes': keptOnly(paths),
  'trigger-patterns': keptOnly(paths),
  'assessments-enabled': keptOnly(z.boolean().nullish()),
  'migration-environment': keptOnly(text(1_000)),
  'source-name': keptOnly(text(1_000)),
  'source-url': keptOnly(text(2_000)),
  'auto-destroy-at': keptOnly(Moment.nullish()),
  'auto-destroy-activity-duration': keptOnly(ActivityDuration),
  'inherits-project-auto-destroy': keptOnly(z.boolean().nullish()),
};

const DEFAULTS = {
  'file-triggers-enabled': true,
  'trigger-prefixes': [],
  'trigger-patterns': [],
  'assessments-enabled': false,
  'migration-environment': null,
  'source-name': null,
  'source-url': null,
  'auto-destroy-at': null,
  'auto-destroy-activity-duration': null,
  'inherits-project-auto-destroy': true,
};

export const ClientSettingsShape = {
  'file-triggers-enabled': z.boolean(),
  'trigger-prefixes': z.array(z.string()),
  'trigger-patterns': z.array(z.string()),
  'assessments-enabled': z.boolean(),
  'migration-environment': z.string().nullable(),
  'source-name': z.string().nullable(),
  'source-url': z.string().nullable(),
  'auto-destroy-at': z.string().nullable(),
  'auto-destroy-activity-duration': z.string().nullable(),
  'inherits-project-auto-destroy': z.boolean(),
};

/** What is kept after a change; a null gives the default back. */
export function changeClientSettings(
  kept: Record<string, unknown>,
  attributes: Record<string, unknown>,
): Record<string, unknown> {
  const given = Object.keys(DEFAULTS).filter((name) => attributes[name] !== undefined);
  const changed = { ...kept, ...Object.fromEntries(given.map((name) => [name, attributes[name]])) };
  // Two ways to say one thing: the one that is given takes the place of the other.
  for (const [name, other] of [
    ['trigger-prefixes', 'trigger-patterns'],
    ['trigger-patterns', 'trigger-prefixes'],
  ] as const) {
    if (hasAny(attributes[name])) changed[other] = [];
  }
  return changed;
}

const hasAny = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

/** All of them, as the API shows them. */
export const showClientSettings = (kept: Record<string, unknown>): typeof DEFAULTS => ({
  ...DEFAULTS,
  ...Object.fromEntries(
    Object.keys(DEFAULTS).flatMap((name) =>
      kept[name] === undefined || kept[name] === null ? [] : [[name, kept[name]] as const],
    ),
  ),
});

/** Patterns and prefixes are two ways to say one thing. */
export const triggersAgree = (attributes: {
  'trigger-prefixes'?: string[] | null | undefined;
  'trigger-patterns'?: string[] | null | undefined;
}): boolean =>
  (attributes['trigger-prefixes'] ?? []).length === 0 || (attributes['trigger-patterns'] ?? []).length === 0;
