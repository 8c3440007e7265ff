import { leavesOf, fieldsOf, type PlannedChange } from './planned-change.ts';

const IDENTITY_TYPE =
  /(^|_)(iam|role|roles|policy|policies|permission|permissions|grant|grants|rbac|access_key|api_key|service_account|user|group_membership|membership|member|binding|assume|trust|credential|credentials|principal)(_|$)/;

const ADMINISTRATOR_WORD =
  /^(roles\/(owner|editor|iam\.securityAdmin|resourcemanager\.organizationAdmin)|Owner|Contributor|User Access Administrator|cluster-admin|allUsers|allAuthenticatedUsers|system:(masters|unauthenticated|anonymous))$/;
const ADMINISTRATOR_ARN = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const isIdentityType = (type: string): boolean => IDENTITY_TYPE.test(type);

/** Names of the attributes by which a change grants more than before. */
export interface Grants {
  /** Grants of everything, or to everybody. */
  readonly administrator: readonly string[];
  /** Grants of everything in one service, or of all actions on one thing. */
  readonly widened: readonly string[];
}

export function newGrants({ kind, before, after }: PlannedChange): Grants {
  if (kind === 'destroy' || kind === 'forget') return { administrator: [], widened: [] };
  const had = grantsOf(before);
  const has = grantsOf(after);
  const fresh = (now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>): string[] =>
    [...now].filter(([path, count]) => count > (then.get(path) ?? 0)).map(([path]) => path);
  return {
    administrator: fresh(has.administrator, had.administrator),
    widened: fresh(has.widened, had.widened),
  };
}

interface CountedGrants {
  readonly administrator: Map<string, number>;
  readonly widened: Map<string, number>;
}

function grantsOf(value: unknown): CountedGrants {
  const found: CountedGrants = { administrator: new Map(), widened: new Map() };
  const add = (grade: keyof CountedGrants, path: string): void => {
    found[grade].set(path, (found[grade].get(path) ?? 0) + 1);
  };
  for (const { path, key, leaf } of leavesOf(value)) {
    if (typeof leaf !== 'string') continue;
    if (ADMINISTRATOR_WORD.test(leaf) || ADMINISTRATOR_ARN.test(leaf)) add('administrator', path);
    else if (leaf === '*' && /^(verbs|api_groups|resources|actions)$/.test(key)) add('widened', path);
    else if (leaf.startsWith('{')) for (const grade of gradesOfPolicy(leaf)) add(grade, path);
  }
  return found;
}

/** The grade of each statement in a JSON policy that allows something. */
function* gradesOfPolicy(json: string): Generator<keyof CountedGrants> {
  let policy: unknown;
  try {
    policy = JSON.parse(json);
  } catch {
    return;
  }
  const { Statement: statements = [], bindings = [] } = fieldsOf(policy);
  for (const statement of listOf(statements)) {
    const { Effect, Action, NotAction, Resource, Principal, Condition } = fieldsOf(statement);
    if (Effect !== 'Allow') continue;
    const principals = [Principal, ...Object.values(fieldsOf(Principal)).flatMap(listOf)];
    const actions = listOf(Action);
    if (actions.includes('*') || NotAction !== undefined) yield 'administrator';
    else if (principals.includes('*') && Condition === undefined) yield 'administrator';
    else if (actions.some((action) => typeof action === 'string' && action.endsWith(':*'))) yield 'widened';
    else if (listOf(Resource).includes('*') && actions.length > 0) yield 'widened';
  }
  for (const binding of listOf(bindings)) {
    const { role, members } = fieldsOf(binding);
    const words = [role, ...listOf(members)];
    if (words.some((word) => typeof word === 'string' && ADMINISTRATOR_WORD.test(word)))
      yield 'administrator';
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
