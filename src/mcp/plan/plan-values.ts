import { hash } from 'node:crypto';
import { isMarked, type JsonChange, type JsonResourceChange } from './plan-change.ts';

/**
 * Digests of a change's values, to compare two plans. They are never shown, because a short secret can be guessed
 * from its digest.
 */
export interface ChangeValues {
  readonly whole: string;
  /** By the attribute's name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** true: some values are missing in the plan that was read, so equal digests prove nothing. */
  readonly isHidden: boolean;
}

/** @param form `redacted` plans hold no sensitive values */
export function valuesOf(entry: JsonResourceChange, form: 'full' | 'redacted'): ChangeValues {
  const { change = {}, previous_address: before, action_reason: reason } = entry;
  const names = new Set([change.before, change.after, change.after_unknown].flatMap(keysOf));
  // null and absent are different.
  const part = (side: unknown, name: string): unknown[] =>
    keysOf(side).includes(name) ? [(side as Record<string, unknown>)[name]] : [];
  return {
    whole: digestOf([change, before, reason]),
    attributes: new Map(
      [...names].map((name) => [
        name,
        digestOf([part(change.before, name), part(change.after, name), part(change.after_unknown, name)]),
      ]),
    ),
    isHidden: form === 'redacted' && hasSensitive(change),
  };
}

/** The values of a change that was too large to hold. */
export const UNREAD_VALUES: ChangeValues = { whole: '', attributes: new Map(), isHidden: true };

/** The names of the attributes whose values differ. */
export function differingNames(one: ChangeValues, other: ChangeValues): string[] {
  const names = new Set([...one.attributes.keys(), ...other.attributes.keys()]);
  return [...names].filter((name) => one.attributes.get(name) !== other.attributes.get(name));
}

const digestOf = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64').slice(0, 16);

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

const hasSensitive = ({ before_sensitive: before, after_sensitive: after }: JsonChange): boolean =>
  [before, after].some(isMarked);
