/** The parts that the rules read of a planned change of one managed resource, without sensitive values. */
export interface PlannedChange {
  readonly address: string;
  readonly previousAddress: string | undefined;
  readonly module: string;
  readonly type: string;
  readonly name: string;
  /** true: one instance of a resource with `count` or `for_each`. */
  readonly isIndexed: boolean;
  readonly kind: ChangeKind;
  readonly isImported: boolean;
  readonly before: unknown;
  readonly after: unknown;
  readonly afterUnknown: unknown;
  readonly sensitive: unknown;
}

/** `other`: a word of a newer engine, whose meaning this code does not know. */
export type ChangeKind = 'none' | 'read' | 'create' | 'update' | 'replace' | 'destroy' | 'forget' | 'other';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Json => (isJson(value) ? value : {});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** undefined: a data source, or not a change of a resource. */
export function readPlannedChange(entry: unknown): PlannedChange | undefined {
  const { address, previous_address, module_address, mode, type, name, index, change } = fieldsOf(entry);
  if (typeof address !== 'string' || mode === 'data') return undefined;
  const { actions, importing, before, after, after_unknown, before_sensitive, after_sensitive } =
    fieldsOf(change);
  return {
    address,
    previousAddress: typeof previous_address === 'string' ? previous_address : undefined,
    module: textOf(module_address),
    type: textOf(type),
    name: textOf(name),
    isIndexed: index !== undefined && index !== null,
    kind: kindOf(actions),
    isImported: importing !== undefined && importing !== null,
    before,
    after,
    afterUnknown: after_unknown,
    sensitive: [before_sensitive, after_sensitive],
  };
}

const KINDS: Readonly<Record<string, ChangeKind>> = {
  'no-op': 'none',
  read: 'read',
  create: 'create',
  update: 'update',
  delete: 'destroy',
  forget: 'forget',
  'create,delete': 'replace',
  'delete,create': 'replace',
  // The existing object is left alone, and another one is made.
  'create,forget': 'forget',
  'forget,create': 'forget',
};

function kindOf(actions: unknown): ChangeKind {
  const words = Array.isArray(actions) ? actions.map(String).join(',') : '';
  return KINDS[words] ?? 'other';
}

/** Every scalar part of a value, with the names on the way to it: `ingress.cidr_blocks`. */
export function* leavesOf(
  value: unknown,
  path = '',
): Generator<{ path: string; key: string; leaf: unknown }> {
  if (Array.isArray(value)) {
    for (const part of value) yield* leavesOf(part, path);
  } else if (isJson(value)) {
    for (const [key, part] of Object.entries(value))
      yield* leavesOf(part, path === '' ? key : `${path}.${key}`);
  } else {
    yield { path, key: path.slice(path.lastIndexOf('.') + 1), leaf: value };
  }
}

/** The paths that carry a mark: unknown or sensitive parts. */
export function* markedPaths(mark: unknown, path = ''): Generator<string> {
  for (const { path: found, leaf } of leavesOf(mark, path)) if (leaf === true) yield found;
}
