import { cleanText } from '../text/untrusted-text.ts';

/**
 * The action of a plan on one thing. `replace` is a destruction and a creation in either order; `forget` leaves the
 * thing alone and stops managing it; `move` only changes its address.
 */
export const PLAN_ACTIONS = [
  'delete',
  'replace',
  'forget',
  'update',
  'create',
  'import',
  'move',
  'read',
  'no-op',
] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

/** One change, without any value: names only (mcp §4.1.8). */
export interface PlanChange {
  readonly address: string;
  readonly type: string;
  readonly action: PlanAction;
  /** Names of attributes that change, with `(known after apply)`, `(sensitive)` or `(forces replacement)`. */
  readonly attributes: readonly string[];
  /** Terraform's reason for a replacement or removal: `replace_because_tainted`. */
  readonly reason?: string;
  readonly moved_from?: string;
  /** true: the change also imports the thing, besides its action. */
  readonly imported?: true;
}

export interface JsonChange {
  readonly actions?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly (readonly unknown[])[];
  readonly importing?: unknown;
}

export interface JsonResourceChange {
  readonly address?: string;
  readonly previous_address?: string;
  readonly type?: string;
  readonly action_reason?: string;
  readonly change?: JsonChange;
}

const MAX_NAMES = 12;
const MAX_NAME_LENGTH = 1_000;

export function readChange(entry: JsonResourceChange): PlanChange {
  const { address = '?', type = '', change = {}, action_reason: reason, previous_address: before } = entry;
  const name = (text: string): string => cleanText(text, MAX_NAME_LENGTH);
  const action = actionOf(change);
  return {
    address: name(address),
    type: name(type),
    action: action === 'no-op' && before !== undefined ? 'move' : action,
    attributes: changedNames(change),
    ...(reason === undefined ? {} : { reason: name(reason) }),
    ...(before === undefined ? {} : { moved_from: name(before) }),
    ...(isGiven(change.importing) ? { imported: true } : {}),
  };
}

export function actionOf({ actions = [], importing }: JsonChange): PlanAction {
  if (actions.length > 1) return actions.includes('forget') ? 'forget' : 'replace';
  const [only = 'no-op'] = actions;
  if (only === 'no-op' && isGiven(importing)) return 'import';
  // An unknown action of a newer terraform is treated as a change, so that it is seen.
  return PLAN_ACTIONS.find((action) => action === only) ?? 'update';
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function changedNames(change: JsonChange): string[] {
  const before = fieldsOf(change.before);
  const after = fieldsOf(change.after);
  const unknown = fieldsOf(change.after_unknown);
  const secret = { ...fieldsOf(change.before_sensitive), ...fieldsOf(change.after_sensitive) };
  const forcing = new Set((change.replace_paths ?? []).map(([first]) => String(first)));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])];
  const changed = names.filter((name) => {
    if (isMarked(unknown[name])) return true;
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    return was !== is && JSON.stringify(was) !== JSON.stringify(is);
  });
  const described = changed
    .slice(0, MAX_NAMES)
    .map((name) =>
      [
        cleanText(name, MAX_NAME_LENGTH),
        ...(unknown[name] === true ? ['(known after apply)'] : []),
        ...(isMarked(secret[name]) ? ['(sensitive)'] : []),
        ...(forcing.has(name) ? ['(forces replacement)'] : []),
      ].join(' '),
    );
  const rest = changed.length - described.length;
  return rest > 0 ? [...described, `and ${String(rest)} more`] : described;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A mark is `true`, or an object or list with a `true` inside. */
export function isMarked(mark: unknown): boolean {
  if (typeof mark !== 'object' || mark === null) return mark === true;
  return Object.values(mark).some(isMarked);
}
