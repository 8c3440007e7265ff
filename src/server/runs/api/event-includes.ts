import type { Caller } from '../../access/caller.ts';
import { userSeenBy } from '../../access/user-document.ts';
import { readUsers } from '../../access/users.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { commentResource } from '../document.ts';
import { readComments } from '../comments.ts';

/** The resources that `include` names beside events (api-contract §2.8). @throws 400 for any other name */
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
  const comments = await readComments(platform.db, commentIds);
  return [
    ...(await readUsers(platform.db, actorIds)).map(userSeenBy(caller)),
    ...comments.map(commentResource),
  ];
}
