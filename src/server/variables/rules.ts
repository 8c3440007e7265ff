/**
 * The origin of a variable. A set that reaches a workspace in more than one way appears once for each. The names of an
 * organization's sets differ.
 */
export type Origin =
  | { kind: 'run' }
  | { kind: 'workspace' }
  | {
      kind: 'set';
      name: string;
      priority: boolean;
      owner: 'organization' | 'project';
      scope: 'global' | 'project' | 'workspace';
    };

/**
 * Highest first (api-contract §5.4). The variables in a configuration (`*.auto.tfvars`, `terraform.tfvars`, defaults)
 * are below all of these.
 */
const PRECEDENCE: readonly string[] = [
  'priority organization global',
  'priority organization project',
  'priority organization workspace',
  'priority project project',
  'priority project workspace',
  'run',
  'workspace',
  'set project workspace',
  'set project project',
  'set organization workspace',
  'set organization project',
  'set organization global',
];

export interface Candidate<V> {
  origin: Origin;
  variable: V;
}

/** The one variable that counts for each category and key, in the order of the keys. */
export function chooseEffective<V extends { key: string; category: string }>(
  candidates: readonly Candidate<V>[],
): V[] {
  return rankCandidates(candidates).flatMap(([winner]) => winner ?? []);
}

/** For each category and key, its variables: first the one that counts, then those that it hides, by precedence. */
export function rankCandidates<V extends { key: string; category: string }>(
  candidates: readonly Candidate<V>[],
): V[][] {
  const rivals = new Map<string, Candidate<V>[]>();
  for (const candidate of candidates) {
    const name = `${candidate.variable.category} ${candidate.variable.key}`;
    rivals.set(name, [...(rivals.get(name) ?? []), candidate]);
  }
  // A set that reaches a workspace in several ways has one place: its best.
  return [...rivals].sort(byName).map(([, all]) => [...new Set(all.sort(byPrecedence).map(variableOf))]);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

const byPrecedence = (a: Candidate<unknown>, b: Candidate<unknown>): number =>
  comesBefore(a.origin, b.origin) ? -1 : comesBefore(b.origin, a.origin) ? 1 : 0;

const variableOf = <V>({ variable }: Candidate<V>): V => variable;

/** Among sets of one rank the first name wins, by its characters' codes. */
export function comesBefore(a: Origin, b: Origin): boolean {
  const difference = rankOf(a) - rankOf(b);
  if (difference !== 0) return difference < 0;
  return a.kind === 'set' && b.kind === 'set' && a.name < b.name;
}

function rankOf(origin: Origin): number {
  const label =
    origin.kind === 'set'
      ? `${origin.priority ? 'priority' : 'set'} ${origin.owner} ${origin.scope}`
      : origin.kind;
  return PRECEDENCE.indexOf(label);
}
