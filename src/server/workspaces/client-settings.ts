import * as z from 'zod';
import { ActivityDuration } from '../projects/activity-duration.ts';
import { keptOnly } from '../http/effect.ts';
import { Moment, timestamp } from '../http/json-api.ts';
import { inputsOf, outputsOf } from '../http/stored-attributes.ts';

/** The input of clients, the output, and the default before any input. */
const kept = <In extends z.ZodType, Out extends z.ZodType>(
  input: In,
  output: Out,
  fallback: z.output<Out>,
) => ({
  input: keptOnly(input),
  output,
  fallback,
});
const flag = (fallback: boolean) => kept(z.boolean().nullish(), z.boolean(), fallback);
const text = <In extends z.ZodType>(input: In) => kept(input, z.string().nullable(), null);
const words = (max: number) => text(z.string().max(max).nullish());
const paths = () =>
  kept(z.array(z.string().max(1_000)).max(100).nullish(), z.array(z.string()), [] as string[]);

/**
 * Attributes that clients write and read back without any effect here: no repositories are watched, no health is
 * assessed, nothing is destroyed by schedule (api-contract §5.3).
 */
const KEPT = {
  'file-triggers-enabled': flag(true),
  'trigger-prefixes': paths(),
  'trigger-patterns': paths(),
  'assessments-enabled': flag(false),
  'migration-environment': words(1_000),
  'source-name': words(1_000),
  'source-url': words(2_000),
  'auto-destroy-at': text(Moment.nullish()),
  'auto-destroy-activity-duration': text(ActivityDuration),
  'inherits-project-auto-destroy': flag(true),
};
type Kept = typeof KEPT;

export const CLIENT_SETTINGS = inputsOf(KEPT);
export const ClientSettingsShape = outputsOf(KEPT);

const DEFAULTS = Object.fromEntries(Object.entries(KEPT).map(([name, { fallback }]) => [name, fallback])) as {
  [Name in keyof Kept]: Kept[Name]['fallback'];
};

/** The settings after a change; a null restores the default. */
export function changeClientSettings(
  kept: Record<string, unknown>,
  attributes: Record<string, unknown>,
): Record<string, unknown> {
  const given = Object.keys(DEFAULTS).filter((name) => attributes[name] !== undefined);
  const changed = { ...kept, ...Object.fromEntries(given.map((name) => [name, attributes[name]])) };
  // These are alternatives: the given one replaces the other. The tfe provider gives an empty one alone to clear both.
  for (const [name, other] of [
    ['trigger-prefixes', 'trigger-patterns'],
    ['trigger-patterns', 'trigger-prefixes'],
  ] as const) {
    if (hasAny(attributes[name]) || (Array.isArray(attributes[name]) && attributes[other] === undefined))
      changed[other] = [];
  }
  return changed;
}

const hasAny = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

/** All of them, as the API shows them: times in UTC, because go-tfe reads no other. */
export function showClientSettings(kept: Record<string, unknown>): typeof DEFAULTS {
  const given = Object.keys(DEFAULTS).flatMap((name) =>
    kept[name] === undefined || kept[name] === null ? [] : [[name, kept[name]] as const],
  );
  const shown = { ...DEFAULTS, ...Object.fromEntries(given) };
  const destroyAt = shown['auto-destroy-at'];
  return destroyAt === null ? shown : { ...shown, 'auto-destroy-at': timestamp(new Date(destroyAt)) };
}

/** Patterns and prefixes are alternatives. */
export const triggersAgree = (attributes: {
  'trigger-prefixes'?: string[] | null | undefined;
  'trigger-patterns'?: string[] | null | undefined;
}): boolean =>
  (attributes['trigger-prefixes'] ?? []).length === 0 || (attributes['trigger-patterns'] ?? []).length === 0;
