import { ExactNumber } from '@runwright/models';
import type { Masker } from '../../masking/masker.ts';

/**
 * A value of a plan without the secrets in its texts, numbers and keys. A number becomes 0, since a program that
 * draws the plan expects a number. `names`: keys that stay, since they are a provider's words.
 */
export function maskValues(value: unknown, masker: Masker, names: ReadonlySet<string>): unknown {
  const mask = (each: unknown): unknown => {
    if (typeof each === 'string') return masker.text(each);
    if (typeof each === 'number' || each instanceof ExactNumber)
      return masker.text(String(each)) === String(each) ? each : 0;
    if (Array.isArray(each)) return each.map(mask);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(
      maskKeys(Object.keys(each)).map(([key, shown]) => [shown, mask(partOf(each, key))]),
    );
  };
  /** Two masked keys stay two keys, since readers count them. */
  const maskKeys = (keys: string[]): [string, string][] => {
    const shown = new Set(keys.filter((key) => names.has(key)));
    return keys.map((key) => {
      if (names.has(key)) return [key, key];
      const masked = masker.text(key);
      let name = masked;
      for (let number = 2; shown.has(name); number++) name = `${masked}${number}`;
      shown.add(name);
      return [key, name];
    });
  };
  return mask(value);
}

function partOf(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}

/** Every key in the schemas: names of attributes, of blocks, and of the parts of their types. */
export function namesIn(schemas: unknown): Set<string> {
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(collect);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      names.add(key);
      collect(part);
    }
  };
  collect(schemas);
  return names;
}
