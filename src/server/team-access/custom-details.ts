import { Refusal } from '../http/refusal.ts';

/** `state-versions` → `State versions`. */
const label = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('-', ' ');

/**
 * Only the custom level has details: the other levels are fixed.
 *
 * @throws 422 with the text that clients match on (api-contract §1.2)
 */
export function requireCustom(
  level: string,
  details: Record<string, unknown>,
  pointer = '/data/attributes',
): void {
  if (level === 'custom') return;
  const problems = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => ({
      detail: `${label(name)} is read-only when access level is '${level}'; use the 'custom' access level to set this attribute.`,
      pointer: `${pointer}/${name}`,
    }));
  if (problems.length > 0) throw new Refusal('invalid_attribute', problems);
}

/** The given details replace the earlier ones; the others stay. */
export function overlay<Details extends object>(
  current: Details,
  given: { [Name in keyof Details]?: Details[Name] | undefined },
): Details {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...current, ...(Object.fromEntries(set) as Partial<Details>) };
}
