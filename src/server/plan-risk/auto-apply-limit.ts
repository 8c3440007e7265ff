import type { Tx } from '../database/transact.ts';

/** @returns why the run may not apply automatically, when its workspace sets a limit of risk for that */
export async function reasonOfRisk(
  tx: Tx,
  run: { id: string; workspace_id: string },
): Promise<string | undefined> {
  const { limit, score } = await tx
    .selectFrom('workspace')
    .innerJoin('run_phase', (join) =>
      join.on('run_phase.run_id', '=', run.id).on('run_phase.kind', '=', 'plan'),
    )
    .select(['workspace.auto_apply_below_risk as limit', 'run_phase.risk_score as score'])
    .where('workspace.id', '=', run.workspace_id)
    .executeTakeFirstOrThrow();
  if (limit === null || (score !== null && score < limit)) return undefined;
  return score === null
    ? `It waits for somebody to confirm it: its runner has not looked for risks, and only plans below a risk of ${limit} apply by themselves here.`
    : `It waits for somebody to confirm it: its risk is ${score}, and only plans below ${limit} apply by themselves here.`;
}
