import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Run } from './transitions.ts';

interface QueuedRun {
  id: string;
  workspaceId: string;
  running: boolean;
  /** When its present phase began to wait for a runner. */
  queuedAt: Date | null;
  /** Its place among runs that have a runner or wait for one, from 1; 0 when it has one or nothing is before it. */
  position: number;
}

/**
 * The runs of an organization that have a runner or wait for one, in the order in which they get one: applies, then
 * plans, then plan-only runs, and among equals the longest-waiting first (api-contract §2.7, §3.6). Runs that wait for
 * their workspace are not in it.
 *
 * The terraform CLI subtracts the running ones from a position and calls the rest the runs it waits for.
 */
export async function readQueue(db: Kysely<Database>, organizationId: string): Promise<QueuedRun[]> {
  const { rows } = await sql<{
    id: string;
    workspace_id: string;
    running: boolean;
    queued_at: string | null;
  }>`
    select run.id, run.workspace_id, run.status in ('planning', 'applying') as running,
      run_phase.status_timestamps->>'queued-at' as queued_at
    from run join run_phase on run_phase.run_id = run.id
      and run_phase.kind = case when run.status in ('apply_queued', 'applying') then 'apply' else 'plan' end
    where run.organization_id = ${organizationId}
      and run.status in ('plan_queued', 'planning', 'apply_queued', 'applying')
    order by running desc, run_phase.kind, run.plan_only,
      run_phase.status_timestamps->>'queued-at', run.sequence`.execute(db);
  return rows.map(({ id, workspace_id, running, queued_at: queuedAt }, index) => ({
    id,
    workspaceId: workspace_id,
    running,
    queuedAt: queuedAt === null ? null : new Date(queuedAt),
    position: running || index === 0 ? 0 : index + 1,
  }));
}

const WAITING: readonly string[] = ['plan_queued', 'apply_queued'];

/** The positions of those runs that wait for a runner; one query for each organization with such runs. */
export async function readPositions(
  db: Kysely<Database>,
  runs: readonly Run[],
): Promise<ReadonlyMap<string, number>> {
  const waiting = runs.filter(({ status }) => WAITING.includes(status));
  const organizations = new Set(waiting.map(({ organization_id }) => organization_id));
  const positions = new Map<string, number>();
  for (const organization of organizations) {
    for (const { id, position } of await readQueue(db, organization)) positions.set(id, position);
  }
  return positions;
}
