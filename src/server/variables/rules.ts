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
  const winners = new Map<string, Candidate<V>>();
  for (const candidate of candidates) {
    const name = `${candidate.variable.category} ${candidate.variable.key}`;
    const rival = winners.get(name);
    if (rival === undefined || comesBefore(candidate.origin, rival.origin)) winners.set(name, candidate);
  }
  const names = [...winners.keys()].sort();
  return names.flatMap((name) => winners.get(name)?.variable ?? []);
}

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
