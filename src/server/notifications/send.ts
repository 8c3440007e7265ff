import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import type { DeliveryResponse, Row } from '../database/schema.ts';
import { timestamp } from '../http/json-api.ts';
import { composeEmail, composePost, type Notification } from './message.ts';

export type Configuration = Row<'notification_configuration'>;

export interface Sent {
  response: DeliveryResponse;
  successful: boolean;
  /** Whether another attempt may succeed. */
  mayRetry: boolean;
}

const MAX_BODY_CHARS = 4_096;
const BUSY = [408, 425, 429];

/** Sends one notification, once. Never throws for an error of the receiver; takes seconds at most. */
export async function sendNotification(
  { outbound, sealer, mailer, db, log }: Platform,
  configuration: Configuration,
  notification: Notification,
): Promise<Sent> {
  const { id, destination_type: kind, url, sealed_token } = configuration;
  const sentAt = new Date();
  const done = (
    code: string,
    body: string,
    successful: boolean,
    mayRetry: boolean,
    headers: Record<string, string[]> = {},
  ): Sent => ({
    successful,
    mayRetry,
    response: {
      url: url ?? '',
      code,
      body: storable(body).slice(0, MAX_BODY_CHARS),
      headers,
      'sent-at': timestamp(sentAt),
      successful: String(successful),
    },
  });

  if (kind === 'email') {
    if (mailer === null) return done('', 'this server is not set up to send mail', false, false);
    const to = [
      ...new Set([...configuration.email_addresses, ...(await memberAddresses(db, configuration))]),
    ];
    if (to.length === 0) return done('', 'nobody is left to send to', false, false);
    try {
      const answer = await mailer.send({ to, id: notification.deliveryId, ...composeEmail(notification) });
      return done('250', answer, true, false);
    } catch (error) {
      log.warn({ err: error, configuration: id }, 'a notification could not be mailed');
      return done('', 'the mail server did not take it', false, true);
    }
  }

  const token =
    sealed_token === null ? null : sealer.open(sealed_token, 'notification_configuration.sealed_token', id);
  const answer = await outbound.call({ url: url ?? '', ...composePost(kind, notification, token) });
  if (answer.kind === 'failed') return done('', answer.reason, false, true);
  const { status } = answer;
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [storable(value)]]),
  );
  const successful = status >= 200 && status < 300;
  return done(String(status), answer.body, successful, status >= 500 || BUSY.includes(status), headers);
}

/** The configuration's users who are still in its organization. */
async function memberAddresses(db: Platform['db'], configuration: Configuration): Promise<string[]> {
  const { workspace_id: workspaceId, project_id: projectId, team_id: teamId } = configuration;
  const users = await db
    .selectFrom('users')
    .innerJoin('organization_member as member', 'member.user_id', 'users.id')
    .select('users.email')
    .where('users.id', 'in', ['', ...configuration.user_ids])
    .where(
      'member.organization_id',
      '=',
      sql<string>`coalesce((select organization_id from workspace where id = ${workspaceId}),
        (select organization_id from project where id = ${projectId}),
        (select organization_id from team where id = ${teamId}))`,
    )
    .execute();
  return users.map(({ email }) => email);
}

/** The text as a database row can hold it. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
