/** The parts of the configuration in `terraform show -json` of a plan that are read here. */
export interface ConfigModule {
  resources?: ConfigResource[];
  module_calls?: Record<string, ConfigCall>;
  outputs?: Record<string, { expression?: unknown; depends_on?: string[] }>;
}
interface ConfigResource {
  address?: string;
  expressions?: unknown;
  provisioners?: unknown;
  count_expression?: unknown;
  for_each_expression?: unknown;
  depends_on?: string[];
}
interface ConfigCall extends Omit<ConfigResource, 'address' | 'expressions'> {
  expressions?: Record<string, unknown>;
  module?: ConfigModule;
}
interface StateModule {
  resources?: { address?: string; depends_on?: string[] }[];
  child_modules?: StateModule[];
}

export interface ConnectedPlan {
  resource_changes?: { address?: string; change?: { actions?: string[] } }[];
  configuration?: { root_module?: ConfigModule };
  prior_state?: { values?: { root_module?: StateModule }; [other: string]: unknown };
}

/** Addresses are those of blocks: without the keys of instances. */
export interface ResourceDependencies {
  address: string;
  depends_on: string[];
}

/**
 * The dependencies between resources of which at least one changes: from the references of their blocks, through
 * variables and outputs of modules, and from the state. References of new resources through locals are not in a plan.
 */
export function dependenciesOf(plan: ConnectedPlan): ResourceDependencies[] {
  const edges = new Map<string, Set<string>>();
  const connect = (from: string, to: string): void => {
    if (from === to) return;
    const known = edges.get(from);
    if (known === undefined) edges.set(from, new Set([to]));
    else known.add(to);
  };
  connectConfiguration(new Scope(plan.configuration?.root_module ?? {}), connect);
  connectState(plan.prior_state?.values?.root_module ?? {}, connect);

  const changed = new Set(
    (plan.resource_changes ?? [])
      .filter(({ change }) => change?.actions?.some((action) => action !== 'no-op') === true)
      .map(({ address = '' }) => blockOf(address)),
  );
  return [...edges].flatMap(([address, targets]) => {
    const shown = [...targets].filter((target) => changed.has(address) || changed.has(target));
    return shown.length === 0 ? [] : [{ address, depends_on: shown.toSorted() }];
  });
}

const INSTANCE_KEY = /\[(?:\d+|"(?:\\.|[^"\\])*")\]/g;
const blockOf = (address: string): string => address.replace(INSTANCE_KEY, '');

function connectState(module: StateModule, connect: (from: string, to: string) => void): void {
  for (const { address = '', depends_on: targets = [] } of module.resources ?? [])
    for (const target of targets) connect(blockOf(address), blockOf(target));
  for (const child of module.child_modules ?? []) connectState(child, connect);
}

function connectConfiguration(scope: Scope, connect: (from: string, to: string) => void): void {
  const ofCall = scope.resolveCall();
  for (const resource of scope.module.resources ?? []) {
    const from = scope.prefix + (resource.address ?? '');
    for (const to of [...scope.resolve(referencesOf(resource)), ...ofCall]) connect(from, to);
  }
  for (const name of Object.keys(scope.module.module_calls ?? {})) {
    const child = scope.child(name);
    if (child !== undefined) connectConfiguration(child, connect);
  }
}

/** A module at the place where it is called: references of its blocks are relative to that place. */
class Scope {
  readonly module: ConfigModule;
  readonly prefix: string;
  readonly #parent: Scope | undefined;
  readonly #call: ConfigCall | undefined;
  readonly #resources: ReadonlySet<string>;
  readonly #children = new Map<string, Scope>();
  /** The result of each reference: empty while it is being resolved, so that cycles end. */
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(module: ConfigModule, prefix = '', parent?: Scope, call?: ConfigCall) {
    this.module = module;
    this.prefix = prefix;
    this.#parent = parent;
    this.#call = call;
    this.#resources = new Set((module.resources ?? []).map(({ address = '' }) => address));
  }

  child(name: string): Scope | undefined {
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    const calls = this.module.module_calls ?? {};
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) return undefined;
    const child = new Scope(call.module ?? {}, `${this.prefix}module.${name}.`, this, call);
    this.#children.set(name, child);
    return child;
  }

  /** Everything that all resources of this module wait for, because the call of the module does. */
  resolveCall(): ReadonlySet<string> {
    if (this.#parent === undefined) return new Set();
    const { depends_on = [], count_expression, for_each_expression } = this.#call ?? {};
    const references = [...depends_on, ...referencesOf([count_expression, for_each_expression])];
    return new Set([...this.#parent.resolve(references), ...this.#parent.resolveCall()]);
  }

  /** @returns the addresses of the resources behind the references of a block of this module */
  resolve(references: readonly string[]): ReadonlySet<string> {
    return new Set(specific(references).flatMap((reference) => [...this.#resolveOne(reference)]));
  }

  #resolveOne(reference: string): ReadonlySet<string> {
    const [first = '', second = '', third] = blockOf(reference).split('.');
    const isLong = first === 'data' || first === 'module';
    const key = [first, second, ...(isLong && third !== undefined ? [third] : [])].join('.');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, new Set());
    const found = this.#find(first, second, third, key);
    this.#known.set(key, found);
    return found;
  }

  #find(first: string, second: string, third: string | undefined, key: string): ReadonlySet<string> {
    if (first === 'var') return this.#parent?.resolve(referencesOf(this.#given(second))) ?? new Set();
    if (first === 'module') {
      const child = this.child(second);
      if (child === undefined || third === undefined) return child?.everything() ?? new Set();
      const outputs = child.module.outputs ?? {};
      return child.resolve(referencesOf(Object.hasOwn(outputs, third) ? outputs[third] : undefined));
    }
    return new Set(this.#resources.has(key) ? [this.prefix + key] : []);
  }

  /** The value that the call gives to a variable. */
  #given(variable: string): unknown {
    const given = this.#call?.expressions ?? {};
    return Object.hasOwn(given, variable) ? given[variable] : undefined;
  }

  everything(): ReadonlySet<string> {
    const own = [...this.#resources].map((address) => this.prefix + address);
    const calls = Object.keys(this.module.module_calls ?? {});
    return new Set([...own, ...calls.flatMap((name) => [...(this.child(name)?.everything() ?? [])])]);
  }
}

/** Leaves out each reference that is the start of a longer one: terraform lists `a.b` beside each `a.b.c`. */
function specific(references: readonly string[]): readonly string[] {
  const said = new Set<string>();
  for (const reference of references)
    for (let end = nextEnd(reference, 0); end !== -1; end = nextEnd(reference, end + 1))
      said.add(reference.slice(0, end));
  return [...new Set(references)].filter((reference) => !said.has(reference));
}

/** The position where the next part of a reference begins. */
function nextEnd(reference: string, from: number): number {
  const found = reference.slice(from).search(/[.[]/);
  return found === -1 ? -1 : from + found;
}

/** Every `references` below a block, and its `depends_on`. */
function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) =>
    (key === 'references' || key === 'depends_on') && isTexts(part) ? part : referencesOf(part),
  );
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
