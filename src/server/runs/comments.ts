import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import { agentOf, type Caller } from '../access/caller.ts';
import { requireActor } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { readRun } from './queries.ts';
import { recordEvent } from './transitions.ts';

/** Comments with their events, oldest first. */
const selectComments = (db: Kysely<Database>) =>
  db
    .selectFrom('comment')
    .leftJoin('run_event', 'run_event.comment_id', 'comment.id')
    .select(['comment.id', 'comment.run_id', 'comment.body', 'run_event.id as event_id'])
    .orderBy('comment.created_at')
    .orderBy('comment.id');

/** A comment on a run; `event_id` is that of its event. */
export type Comment = Awaited<ReturnType<ReturnType<typeof selectComments>['executeTakeFirstOrThrow']>>;

export async function readComments(db: Kysely<Database>, ids: readonly string[]): Promise<Comment[]> {
  if (ids.length === 0) return [];
  return await selectComments(db).where('comment.id', 'in', ids).execute();
}

export async function readCommentsOfRun(db: Kysely<Database>, runId: string): Promise<Comment[]> {
  return await selectComments(db).where('comment.run_id', '=', runId).execute();
}

/** @throws 404 when it does not exist or the caller may not read its run */
export async function readComment(db: Kysely<Database>, caller: Caller, id: string): Promise<Comment> {
  const comment = await selectComments(db).where('comment.id', '=', id).executeTakeFirst();
  if (comment === undefined) refuse('not_found');
  await readRun(db, caller, comment.run_id);
  return comment;
}

/** @throws 404 as for the run */
export async function createComment(
  { db }: Platform,
  caller: Caller,
  runId: string,
  body: string,
): Promise<Comment> {
  requireActor(caller);
  const run = await readRun(db, caller, runId, 'plan-runs');
  const id = newId('wsc');
  return await transact(db, async (tx) => {
    await tx.insertInto('comment').values({ id, run_id: run.id, created_by: caller.userId, body }).execute();
    await recordEvent(tx, run.id, 'commented', {
      actorId: caller.userId,
      agent: agentOf(caller),
      commentId: id,
    });
    await recordChange(tx, caller, {
      organizationId: run.organization_id,
      resource: { type: 'comments', id },
      action: 'create',
      after: { run: run.id },
    });
    return await selectComments(tx).where('comment.id', '=', id).executeTakeFirstOrThrow();
  });
}
