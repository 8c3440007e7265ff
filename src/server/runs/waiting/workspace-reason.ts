import type { Kysely } from 'kysely';
import { REST_STATUSES } from '@runwright/models';
import type { Database } from '../../database/schema.ts';
import type { Run } from '../transitions.ts';
import type { WaitReason } from './document.ts';
import { readDurations, secondsLeft } from './history.ts';

/** The reason why a run does not get its workspace; undefined when there is none, and it gets it at once. */
export async function workspaceReason(db: Kysely<Database>, run: Run): Promise<WaitReason | undefined> {
  return (await lockReason(db, run)) ?? (await runAhead(db, run));
}

async function lockReason(db: Kysely<Database>, run: Run): Promise<WaitReason | undefined> {
  const lock = await db
    .selectFrom('workspace')
    .innerJoin('users', 'users.id', 'workspace.locked_by')
    .leftJoin('team', 'team.service_user_id', 'workspace.locked_by')
    .select(['users.id', 'users.username', 'team.id as team_id', 'team.name as team_name'])
    .select(['workspace.locked_at', 'workspace.lock_reason'])
    .where('workspace.id', '=', run.workspace_id)
    .executeTakeFirst();
  if (lock === undefined) return undefined;
  const holder = lock.team_id === null ? lock.username : `the team ${lock.team_name ?? ''}`;
  const why =
    lock.lock_reason === null || lock.lock_reason === '' ? '' : `: ${JSON.stringify(lock.lock_reason)}`;
  return {
    kind: 'workspace-locked',
    message: `The workspace is locked by ${holder}${why}. The run starts when it is unlocked.`,
    needsPerson: true,
    since: lock.locked_at,
    lockedBy: lock.team_id === null ? { type: 'users', id: lock.id } : { type: 'teams', id: lock.team_id },
  };
}

/** The run that holds the workspace, or the first of those before this one. */
async function runAhead(db: Kysely<Database>, run: Run): Promise<WaitReason | undefined> {
  const ahead = await db
    .selectFrom('run')
    .select(['id', 'status', 'status_timestamps', 'holds_workspace'])
    .where('workspace_id', '=', run.workspace_id)
    .where('id', '!=', run.id)
    .where((where) =>
      where.or([
        where('holds_workspace', '=', true),
        where.and([
          where('status', '=', 'pending'),
          where('plan_only', '=', false),
          where('save_plan', '=', false),
          where('sequence', '<', run.sequence),
        ]),
      ]),
    )
    .orderBy('holds_workspace', 'desc')
    .orderBy('sequence')
    .execute();
  const [holder] = ahead;
  if (holder === undefined) return undefined;
  const isResting = [...REST_STATUSES, 'policy_override'].includes(holder.status);
  const kind = holder.status === 'applying' ? 'apply' : 'plan';
  const isWorking = holder.status === 'applying' || holder.status === 'planning';
  const stamp = holder.status_timestamps[`${holder.status}-at`];
  const durations = isWorking ? await readDurations(db, run.workspace_id) : { plan: null, apply: null };
  return {
    kind: 'behind-run',
    message: isResting
      ? `The run ${holder.id} is before it and waits for a decision: it is ${holder.status}.`
      : `The run ${holder.id} is before it and is ${holder.status}.`,
    needsPerson: isResting,
    position: ahead.length,
    blockingRunId: holder.id,
    // Whether the run before it goes on to an apply depends on the content of its plan.
    estimatedSeconds:
      kind === 'apply' ? secondsLeft(durations.apply, stamp === undefined ? null : new Date(stamp)) : null,
  };
}
