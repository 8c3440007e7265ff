import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { RunDetails } from './queries.ts';

/** How long the terraform CLI has to read a plan, or a failed apply's log, before it sees `errored`. */
const SHOWN_WITHIN_MS = 60_000;

/**
 * The status of a run for the terraform CLI (docs/adr/0051). The CLI shows what a run waits for, and how many are
 * before it, only while the status is `pending` or `confirmed`: so it sees one of these until the run has a runner
 * (api-contract §2.7).
 *
 * An automatic apply may have failed before the CLI has read the plan. The CLI would then end silently (terraform-cli
 * A6), so it sees `applying` until it has read the log.
 *
 * A policy or a task may have ended the run before the CLI has shown the plan. It would then show no plan, and people
 * would not see what was forbidden: so for a while the CLI sees the run as still being checked.
 */
export function statusForTerraform({ run, plan, apply }: Pick<RunDetails, 'run' | 'plan' | 'apply'>): string {
  if (run.status === 'plan_queued') return 'pending';
  if (run.status === 'apply_queued') return 'confirmed';
  if (run.status !== 'errored' || run.source !== 'tfe-cli') return run.status;
  if (plan.status === 'finished' && apply.runner_name === null)
    return isWithin(run.status_timestamps['errored-at']) ? 'policy_checking' : run.status;
  const failedAt = apply.status === 'errored' ? apply.status_timestamps['errored-at'] : undefined;
  const isNews = run.auto_apply && apply.runner_name !== null && apply.error_shown_at === null;
  return isNews && isWithin(failedAt) ? 'applying' : run.status;
}

const isWithin = (at: string | undefined): boolean =>
  at !== undefined && Date.now() < Date.parse(at) + SHOWN_WITHIN_MS;

/** Records that the terraform CLI has been sent all of this log. */
export async function rememberShownError(db: Kysely<Database>, phaseId: string): Promise<void> {
  await db
    .updateTable('run_phase')
    .set({ error_shown_at: new Date() })
    .where('id', '=', phaseId)
    .where('status', '=', 'errored')
    .where('error_shown_at', 'is', null)
    .execute();
}
