import { MAX_RISK_ROWS, type RiskFinding } from '../../protocol/plan-risk.ts';
import { isIdentityType, newGrants } from './identity-rules.ts';
import { wideningOf } from './network-rules.ts';
import { markedPaths, readPlannedChange, type PlannedChange } from './planned-change.ts';
import { droppedCapacity, lostProtections } from './protection-rules.ts';
import { holdsData } from './stateful-types.ts';

/** The parts of a plan that the rules read. It is redacted (step/redacted-plan.ts): no row can show a secret. */
export interface RedactedPlan {
  readonly resource_changes?: unknown;
  readonly deferred_changes?: unknown;
}

/**
 * The changes of a plan that people should look at, found by rules that depend only on the plan. The rows hold
 * addresses and names of attributes, and never a value.
 */
export function findRisks(plan: RedactedPlan): RiskFinding[] {
  const found = new Findings();
  const groups = new Groups();
  for (const entry of listOf(plan.resource_changes)) {
    const change = readPlannedChange(entry);
    if (change === undefined) continue;
    groups.add(change);
    judge(change, found);
  }
  for (const { address, before, after } of groups.dropped()) {
    found.add('count-dropped', address, `${String(before)} → ${String(after)}`);
  }
  for (const deferred of listOf(plan.deferred_changes)) {
    const { resource_change: entry } = deferred as { resource_change?: unknown };
    found.add('deferred', readPlannedChange(entry)?.address ?? '?', 'decided in a later run');
  }
  return found.list();
}

function judge(change: PlannedChange, found: Findings): void {
  const { address, type, kind } = change;
  const note = (rule: string, details: readonly string[]): void => {
    if (details.length > 0) found.add(rule, address, details.join(', '));
  };
  if (change.previousAddress !== undefined) note('moved', [`from ${change.previousAddress}`]);
  if (change.isImported) note('imported', [type]);
  if (kind === 'other') note('unknown-action', [type]);
  if (kind === 'forget') note('forgotten', [type]);
  if (kind === 'destroy') note(holdsData(type) ? 'stateful-destroyed' : 'destroyed', [type]);
  if (kind === 'replace') note(holdsData(type) ? 'stateful-replaced' : 'replaced', [type]);
  if (kind === 'none' || kind === 'read') return;
  const { opened, widened } = wideningOf(change);
  note('network-opened', opened);
  note('network-widened', widened);
  note('protection-removed', lostProtections(change));
  note('capacity-dropped', droppedCapacity(change));
  const grants = newGrants(change);
  note('identity-administrator', grants.administrator);
  note('identity-widened', grants.widened);
  if (!isIdentityType(type)) return;
  if (kind !== 'forget' && grants.administrator.length + grants.widened.length === 0)
    note('identity-changed', [type]);
  if (kind === 'update') note('access-unknown', hiddenAccess(change));
}

const ACCESS_ATTRIBUTE =
  /(^|\.)(policy|policies|role|roles|member|members|principals?|inline_policy|assume_role_policy|rules?|permissions?)(\.|$)/;

/** Attributes that grant access whose value is hidden, or not known before the apply. */
function hiddenAccess({ afterUnknown, sensitive }: PlannedChange): string[] {
  const paths = new Set([...markedPaths(afterUnknown), ...markedPaths(sensitive)]);
  return [...paths].filter((path) => ACCESS_ATTRIBUTE.test(path));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The instances of a resource with `count` or `for_each`, before and after. */
class Groups {
  readonly #groups = new Map<string, { before: number; after: number; isIndexed: boolean }>();

  add({ module, type, name, kind, isIndexed }: PlannedChange): void {
    const key = `${module === '' ? '' : `${module}.`}${type}.${name}`;
    const group = this.#groups.get(key) ?? { before: 0, after: 0, isIndexed: false };
    this.#groups.set(key, {
      before: group.before + (kind === 'create' ? 0 : 1),
      after: group.after + (kind === 'destroy' || kind === 'forget' ? 0 : 1),
      isIndexed: group.isIndexed || isIndexed,
    });
  }

  *dropped(): Generator<{ address: string; before: number; after: number }> {
    for (const [address, { before, after, isIndexed }] of this.#groups) {
      if (isIndexed && before > 1 && after < before) yield { address, before, after };
    }
  }
}

/** Findings by rule, in the order in which the rules were met. */
class Findings {
  readonly #byRule = new Map<string, { count: number; rows: { address: string; detail: string }[] }>();

  add(rule: string, address: string, detail: string): void {
    const finding = this.#byRule.get(rule) ?? { count: 0, rows: [] };
    finding.count += 1;
    if (finding.rows.length < MAX_RISK_ROWS)
      finding.rows.push({ address: address.slice(0, 500), detail: detail.slice(0, 200) });
    this.#byRule.set(rule, finding);
  }

  list(): RiskFinding[] {
    return [...this.#byRule]
      .map(([rule, finding]) => ({ rule, ...finding }))
      .sort((one, other) => (one.rule < other.rule ? -1 : 1));
  }
}
