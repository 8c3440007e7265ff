import type { ProviderUse } from '../../protocol/agent.ts';
import { MAX_RISK_ROWS, type RiskFinding } from '../../protocol/plan-risk.ts';
import type { Tx } from '../database/transact.ts';
import { scoreOf, weigh } from './weigh.ts';

/** A runner's report of a plan that has ended. */
export interface RiskyPlan {
  risks?: readonly RiskFinding[];
  providers?: readonly ProviderUse[];
}

/**
 * The risk of a plan that ends, as columns of its phase. A runner that does not look for risks leaves the columns
 * empty: its plan is not one without risk.
 */
export async function weighPlan(
  tx: Tx,
  run: { workspace_id: string },
  { risks, providers = [] }: RiskyPlan,
): Promise<{ risk_score?: number; risk?: string }> {
  if (risks === undefined) return {};
  const changed = await changedProviders(tx, run.workspace_id, providers);
  const findings = weigh([...risks.filter(({ rule }) => rule !== PROVIDERS), ...changed]);
  return { risk_score: scoreOf(findings), risk: JSON.stringify(findings) };
}

const PROVIDERS = 'provider-major-changed';

/** Compares with the last applied run of the workspace. */
async function changedProviders(
  tx: Tx,
  workspaceId: string,
  providers: readonly ProviderUse[],
): Promise<RiskFinding[]> {
  if (providers.length === 0) return [];
  const last = await tx
    .selectFrom('run')
    .innerJoin('run_phase', 'run_phase.run_id', 'run.id')
    .select('run_phase.providers')
    .where('run.workspace_id', '=', workspaceId)
    .where('run.status', '=', 'applied')
    .where('run_phase.kind', '=', 'plan')
    .orderBy('run.sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const before = new Map((last?.providers ?? []).map(({ address, version }) => [address, version]));
  const rows = providers.flatMap(({ address, version }) => {
    const was = before.get(address);
    if (was === undefined || majorOf(was) === majorOf(version)) return [];
    return [{ address: address.slice(0, 500), detail: `${was} → ${version}`.slice(0, 200) }];
  });
  if (rows.length === 0) return [];
  return [{ rule: PROVIDERS, count: rows.length, rows: rows.slice(0, MAX_RISK_ROWS) }];
}

/** Before 1.0 each minor version may break compatibility. */
function majorOf(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}
