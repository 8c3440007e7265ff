import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { OpenDatabase } from '../database/open.ts';
import { onAnnounced } from '../database/transact.ts';
import { createWakeUps, type WakeUps } from './wake-ups.ts';

const CHANNEL = 'runwright_wake';
/** PostgreSQL takes eight thousand bytes in a message; a topic has some thirty. */
const TOPICS_A_MESSAGE = 100;

/**
 * Wake-ups between all servers of a database. A message is `<sender> <topic> <topic> …`: a server ignores its own,
 * which would wake all waiters a second time. A lost message costs seconds, because every waiter looks again by itself;
 * after a gap in the connection all waiters look at once.
 */
export async function connectWakeUps(
  { kind, db, notifications }: OpenDatabase,
  log: Logger,
): Promise<WakeUps> {
  if (kind === 'embedded') {
    const wakeUps = createWakeUps();
    onAnnounced(db, wakeUps.wake);
    return wakeUps;
  }
  const own = randomBytes(6).toString('base64url');
  const wakeUps = createWakeUps((topics) => {
    for (let from = 0; from < topics.length; from += TOPICS_A_MESSAGE) {
      notifications
        .publish(CHANNEL, [own, ...topics.slice(from, from + TOPICS_A_MESSAGE)].join(' '))
        .catch((error: unknown) => log.warn({ err: error }, 'other servers could not be told of news'));
    }
  });
  onAnnounced(db, wakeUps.wake);
  notifications.onGap(wakeUps.receiveAll);
  await notifications.listen(CHANNEL, (message) => {
    const [sender, ...topics] = message.split(' ');
    if (sender !== own) topics.forEach(wakeUps.receive);
  });
  return wakeUps;
}
