import { sql, type Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

const RUNS = 20;

export interface Durations {
  plan: number | null;
  apply: number | null;
}

/** The median seconds of the workspace's last plans and applies that finished; null if none has. */
export async function readDurations(db: Kysely<Database>, workspaceId: string): Promise<Durations> {
  const { rows } = await sql<{ kind: 'plan' | 'apply'; seconds: number }>`
    select kind, percentile_cont(0.5) within group (order by seconds)::float8 as seconds
    from (
      select run_phase.kind, extract(epoch from
          (run_phase.status_timestamps->>'finished-at')::timestamptz
          - (run_phase.status_timestamps->>'started-at')::timestamptz) as seconds,
        row_number() over (partition by run_phase.kind order by run.sequence desc) as place
      from run join run_phase on run_phase.run_id = run.id
      where run.workspace_id = ${workspaceId} and run_phase.status = 'finished'
        and run_phase.status_timestamps ? 'started-at' and run_phase.status_timestamps ? 'finished-at'
    ) measured
    where place <= ${sql.lit(RUNS)}
    group by kind`.execute(db);
  const of = (kind: 'plan' | 'apply') => rows.find((row) => row.kind === kind)?.seconds ?? null;
  return { plan: of('plan'), apply: of('apply') };
}

/** The rest of the usual duration; 0 when it takes longer already. */
export function secondsLeft(usual: number | null, since: Date | null, now = new Date()): number | null {
  if (usual === null || since === null) return null;
  return Math.max(0, Math.round(usual - (now.getTime() - since.getTime()) / 1_000));
}
