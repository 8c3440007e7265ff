import type { Caller } from '../../access/caller.ts';
import { userSeenBy } from '../../access/user-document.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { commentResource } from '../document.ts';
import { readUsers } from '../queries.ts';

/** A comment with the event that brought it, oldest first. */
export const selectComments = ({ db }: Platform) =>
  db
    .selectFrom('comment')
    .leftJoin('run_event', 'run_event.comment_id', 'comment.id')
    .select(['comment.id', 'comment.run_id', 'comment.body', 'run_event.id as event_id'])
    .orderBy('comment.created_at')
    .orderBy('comment.id');

/** The resources that `include` asks for beside events (api-contract §2.8). @throws 400 for any other */
export async function includeWithEvents(
  platform: Platform,
  caller: Caller,
  events: readonly Row<'run_event'>[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const ids = (pick: (event: Row<'run_event'>) => string | null): string[] => [
    ...new Set(events.map(pick).filter((id) => id !== null)),
  ];
  const actorIds = names.includes('actor') ? ids(({ actor_id }) => actor_id) : [];
  const commentIds = names.includes('comment') ? ids(({ comment_id }) => comment_id) : [];
  const comments =
    commentIds.length === 0
      ? []
      : await selectComments(platform).where('comment.id', 'in', commentIds).execute();
  return [
    ...(await readUsers(platform.db, actorIds)).map(userSeenBy(caller)),
    ...comments.map(commentResource),
  ];
}
