/** The content of a plan's JSON, in the form for display. */
export const ACTIONS = [
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
export type Action = (typeof ACTIONS)[number];

export interface JsonChange {
  actions?: readonly string[];
  before?: unknown;
  after?: unknown;
  after_unknown?: unknown;
  before_sensitive?: unknown;
  after_sensitive?: unknown;
  replace_paths?: readonly (readonly unknown[])[];
  importing?: unknown;
}

interface JsonResource {
  address?: string;
  previous_address?: string;
  module_address?: string;
  type?: string;
  mode?: string;
  action_reason?: string;
  change?: JsonChange;
}

interface JsonCheck {
  address?: { to_display?: string };
  status?: string;
  instances?: readonly { problems?: readonly { message?: string }[] }[];
}

export interface JsonPlan {
  resource_changes?: readonly JsonResource[];
  resource_drift?: readonly JsonResource[];
  output_changes?: Readonly<Record<string, JsonChange>>;
  /** By the addresses of blocks; older plans have none. */
  resource_dependencies?: readonly { address: string; depends_on: readonly string[] }[];
  checks?: readonly JsonCheck[];
}

export interface Change {
  address: string;
  type: string;
  module: string;
  /** Its address without the keys of instances: the address of its block. */
  block: string;
  action: Action;
  reason: string | undefined;
  movedFrom: string | undefined;
  isImported: boolean;
  json: JsonChange;
  /** The address, type and names of a change, in lower case. */
  searched: string;
}

export interface Check {
  name: string;
  status: string;
  problems: readonly string[];
}

export interface Plan {
  changes: readonly Change[];
  drift: readonly Change[];
  outputs: readonly Change[];
  checks: readonly Check[];
  /** The blocks that each block depends on. */
  dependencies: ReadonlyMap<string, readonly string[]>;
}

const INSTANCE_KEY = /\[(?:\d+|"(?:\\.|[^"\\])*")\]/g;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function actionOf({ actions = [], importing }: JsonChange, moved: boolean): Action {
  if (actions.length > 1) return actions.includes('forget') ? 'forget' : 'replace';
  const [only = 'no-op'] = actions;
  if (only === 'no-op') return isGiven(importing) ? 'import' : moved ? 'move' : 'no-op';
  // An unknown action of a newer terraform is treated as a change, so that it is seen.
  return ACTIONS.find((action) => action === only) ?? 'update';
}

function changedNames({ before, after, after_unknown: unknown }: JsonChange): string {
  const fields = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  const [was, is] = [fields(before), fields(after)];
  const names = new Set([...Object.keys(was), ...Object.keys(is), ...Object.keys(fields(unknown))]);
  return [...names].filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name])).join(' ');
}

function toChange(resource: JsonResource): Change {
  const {
    address = '?',
    type = '',
    module_address: module = '',
    change = {},
    previous_address: from,
  } = resource;
  return {
    address,
    type,
    module,
    block: address.replace(INSTANCE_KEY, ''),
    action: actionOf(change, from !== undefined),
    reason: resource.action_reason,
    movedFrom: from,
    isImported: isGiven(change.importing),
    json: change,
    searched: `${address} ${type} ${from ?? ''} ${changedNames(change)}`.toLowerCase(),
  };
}

/** Destructive changes come first, so that nobody overlooks them. */
const byDanger = (a: Change, b: Change): number => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action);

export function readPlan(json: JsonPlan): Plan {
  const moves = (change: Change): boolean => change.action !== 'no-op' || change.movedFrom !== undefined;
  const outputs = Object.entries(json.output_changes ?? {}).map(([address, change]) =>
    toChange({ address, change }),
  );
  return {
    changes: (json.resource_changes ?? []).map(toChange).filter(moves).sort(byDanger),
    dependencies: new Map(
      (json.resource_dependencies ?? []).map(({ address, depends_on: targets }) => [address, targets]),
    ),
    drift: (json.resource_drift ?? []).map(toChange).filter(moves).sort(byDanger),
    outputs: outputs.filter(moves).sort(byDanger),
    checks: (json.checks ?? []).map(({ address, status = '', instances = [] }) => ({
      name: address?.to_display ?? '?',
      status,
      problems: instances.flatMap(({ problems = [] }) => problems.map(({ message = '' }) => message)),
    })),
  };
}

export function countActions(changes: readonly Change[]): ReadonlyMap<Action, number> {
  const counts = new Map<Action, number>();
  for (const { action } of changes) counts.set(action, (counts.get(action) ?? 0) + 1);
  return counts;
}
