import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { RunDetails } from './queries.ts';

/** How long the terraform CLI has to fetch a failed apply's log before it is told `errored`. */
const SHOWN_WITHIN_MS = 60_000;

/**
 * The status of a run as the terraform CLI is told it (docs/adr/0051). The CLI shows what a run waits for, and how many are
 * before it, only while the status is `pending` or `confirmed`: so it is told one of these until the run has a runner
 * (api-contract §2.7).
 *
 * An apply that nobody confirmed may have failed before the CLI has looked at the plan. The CLI would then end without a
 * word (terraform-cli A6), so it is told `applying` until it has read the log.
 */
export function statusForTerraform({ run, apply }: Pick<RunDetails, 'run' | 'apply'>): string {
  if (run.status === 'plan_queued') return 'pending';
  if (run.status === 'apply_queued') return 'confirmed';
  const failedAt = apply.status === 'errored' ? apply.status_timestamps['errored-at'] : undefined;
  const isNews =
    run.status === 'errored' &&
    run.source === 'tfe-cli' &&
    run.auto_apply &&
    apply.runner_name !== null &&
    apply.error_shown_at === null;
  if (!isNews || failedAt === undefined) return run.status;
  return Date.now() < Date.parse(failedAt) + SHOWN_WITHIN_MS ? 'applying' : run.status;
}

/** The terraform CLI has been sent of this log what there is. */
export async function rememberShownError(db: Kysely<Database>, phaseId: string): Promise<void> {
  await db
    .updateTable('run_phase')
    .set({ error_shown_at: new Date() })
    .where('id', '=', phaseId)
    .where('status', '=', 'errored')
    .where('error_shown_at', 'is', null)
    .execute();
}
