import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { newId } from '@runwright/models';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { DeliveryResponse } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import type { ChangedAttributes, NewAttributes } from './attributes.ts';
import { sendNotification, type Configuration, type Sent } from './send.ts';
import {
  columnOf,
  columnsOf,
  lockSubscribable,
  readSubscribable,
  subscribableOf,
  type Access,
  type Subscribable,
  type SubscribableId,
} from './subscribables.ts';
import { RUN_TRIGGERS, TEAM_TRIGGERS } from './triggers.ts';

/** api-contract §5.10. */
const MAX_PER_OWNER = 20;
const KEPT_RESPONSES = 10;

export async function listNotificationConfigurations(
  platform: Platform,
  caller: Caller,
  owner: SubscribableId,
  page: Page,
): Promise<{ configurations: Configuration[]; totalCount: number }> {
  const { kind, id } = await readSubscribable(platform, caller, owner, 'read');
  const all = platform.db.selectFrom('notification_configuration').where(columnOf(kind), '=', id);
  const { rows: configurations, totalCount } = await readPage(
    all.selectAll().orderBy('created_at').orderBy('id'),
    page,
  );
  return { configurations, totalCount };
}

/** @throws 404 when it does not exist, or the caller may not do this with its owner's */
export async function readNotificationConfiguration(
  platform: Platform,
  caller: Caller,
  id: string,
): Promise<Configuration> {
  return (await find(platform, caller, id, 'read')).configuration;
}

async function find(
  platform: Platform,
  caller: Caller,
  id: string,
  access: Access,
): Promise<{ configuration: Configuration; owner: Subscribable }> {
  const configuration = await platform.db
    .selectFrom('notification_configuration')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (configuration === undefined) refuse('not_found');
  const owner = await readSubscribable(platform, caller, subscribableOf(configuration), access);
  return { configuration, owner };
}

/** The latest answers of receivers, newest first. */
export async function readResponses({ db }: Platform, id: string): Promise<DeliveryResponse[]> {
  const deliveries = await db
    .selectFrom('notification_delivery')
    .select('response')
    .where('configuration_id', '=', id)
    .where('response', 'is not', null)
    .orderBy('sequence', 'desc')
    .limit(KEPT_RESPONSES)
    .execute();
  return deliveries.flatMap(({ response }) => response ?? []);
}

/** An enabled configuration is verified first: its receiver must accept a message. */
export async function createNotificationConfiguration(
  platform: Platform,
  caller: Caller,
  of: SubscribableId,
  attributes: z.output<typeof NewAttributes>,
  userIds: string[],
): Promise<Configuration> {
  const owner = await readSubscribable(platform, caller, of, 'change');
  const id = newId('nc');
  const now = new Date();
  const draft: Configuration = {
    id,
    ...columnsOf(owner),
    name: attributes.name,
    destination_type: attributes['destination-type'],
    enabled: attributes.enabled ?? false,
    url: attributes.url ?? null,
    sealed_token: seal(platform, id, attributes.token),
    triggers: [...new Set(attributes.triggers)],
    email_addresses: attributes['email-addresses'] ?? [],
    user_ids: [...new Set(userIds)],
    created_at: now,
    updated_at: now,
  };
  await check(platform, draft, owner);
  const sent = draft.enabled ? await verify(platform, draft) : undefined;
  return await transact(platform.db, async (tx) => {
    await lockSubscribable(tx, owner);
    const { count } = await tx
      .selectFrom('notification_configuration')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where(columnOf(owner.kind), '=', owner.id)
      .executeTakeFirstOrThrow();
    if (count >= MAX_PER_OWNER) {
      const detail = `There may be at most ${MAX_PER_OWNER} notification configurations here: delete one first.`;
      refuse('unprocessable', detail);
    }
    const created = await tx
      .insertInto('notification_configuration')
      .values(toRow(draft))
      .returningAll()
      .executeTakeFirstOrThrow();
    if (sent !== undefined) await recordResponse(tx, id, sent);
    await recordChange(tx, caller, {
      organizationId: owner.organizationId,
      resource: { type: 'notification-configurations', id },
      action: 'create',
      after: describe(created),
    });
    return created;
  });
}

export async function updateNotificationConfiguration(
  platform: Platform,
  caller: Caller,
  id: string,
  attributes: z.output<typeof ChangedAttributes>,
  userIds: string[] | undefined,
): Promise<Configuration> {
  const { configuration: seen, owner } = await find(platform, caller, id, 'change');
  const type = attributes['destination-type'];
  if (type !== undefined && type !== seen.destination_type) {
    const detail = `destination-type: cannot be changed from ${seen.destination_type}; create another configuration`;
    refuse('invalid_attribute', detail, '/data/attributes/destination-type');
  }
  const sealedToken = attributes.token === undefined ? undefined : seal(platform, id, attributes.token);
  const change = (before: Configuration): Configuration => ({
    ...before,
    name: attributes.name ?? before.name,
    enabled: attributes.enabled ?? before.enabled,
    url: attributes.url ?? before.url,
    sealed_token: sealedToken === undefined ? before.sealed_token : sealedToken,
    triggers: [...new Set(attributes.triggers ?? before.triggers)],
    email_addresses: attributes['email-addresses'] ?? before.email_addresses,
    user_ids: userIds === undefined ? before.user_ids : [...new Set(userIds)],
    updated_at: new Date(),
  });
  const wanted = change(seen);
  await check(platform, wanted, owner);
  const sent = isEnabling(seen, wanted) ? await verify(platform, wanted) : undefined;
  return await transact(platform.db, async (tx) => {
    const before = await tx
      .selectFrom('notification_configuration')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined) refuse('not_found');
    // A receiver may take long to answer: changes that others made meanwhile are kept.
    const draft = change(before);
    await check({ ...platform, db: tx }, draft, owner);
    const isVerified = sent !== undefined && isDeepStrictEqual(receiverOf(draft), receiverOf(wanted));
    if (isEnabling(before, draft) && !isVerified) {
      refuse('conflict', 'The notification configuration was changed meanwhile: look at it, and try again.');
    }
    const changed = await tx
      .updateTable('notification_configuration')
      .set(toRow(draft))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (sent !== undefined) await recordResponse(tx, id, sent);
    await recordChange(tx, caller, {
      organizationId: owner.organizationId,
      resource: { type: 'notification-configurations', id },
      action: 'update',
      before: describe(before),
      after: { ...describe(changed), 'token-changed': attributes.token !== undefined },
    });
    return changed;
  });
}

const isEnabling = (before: Configuration, after: Configuration): boolean =>
  after.enabled && (!before.enabled || after.url !== before.url);

/** The receiver of a verification. */
const receiverOf = ({ url, sealed_token, email_addresses, user_ids }: Configuration) => ({
  ...{ url, sealed_token, email_addresses, user_ids },
});

export async function deleteNotificationConfiguration(
  platform: Platform,
  caller: Caller,
  id: string,
): Promise<void> {
  const { configuration: before, owner } = await find(platform, caller, id, 'change');
  await transact(platform.db, async (tx) => {
    (await tx
      .deleteFrom('notification_configuration')
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: owner.organizationId,
      resource: { type: 'notification-configurations', id },
      action: 'destroy',
      before: describe(before),
    });
  });
}

/** Sends a verification now. @throws 400 when the receiver does not accept it; its answer is kept either way */
export async function verifyNotificationConfiguration(
  platform: Platform,
  caller: Caller,
  id: string,
): Promise<Configuration> {
  const { configuration, owner } = await find(platform, caller, id, 'change');
  const sent = await sendNotification(platform, configuration, verification(id));
  await transact(platform.db, async (tx) => {
    await recordResponse(tx, id, sent);
    await recordChange(tx, caller, {
      organizationId: owner.organizationId,
      resource: { type: 'notification-configurations', id },
      action: 'verify',
      after: { successful: sent.successful },
    });
  });
  if (!sent.successful) refuse('bad_request', notAccepted(sent));
  return configuration;
}

const verification = (configurationId: string) => ({
  deliveryId: randomUUID(),
  configurationId,
  trigger: 'verification',
  runStatus: null,
  updatedAt: new Date(),
  updatedBy: null,
  run: null,
});

async function verify(platform: Platform, draft: Configuration): Promise<Sent> {
  const sent = await sendNotification(platform, draft, verification(draft.id));
  if (!sent.successful) {
    const pointer = draft.destination_type === 'email' ? '/data/attributes/enabled' : '/data/attributes/url';
    refuse(
      'invalid_attribute',
      `${notAccepted(sent)} Create it with enabled: false to do it later.`,
      pointer,
    );
  }
  return sent;
}

const notAccepted = ({ response }: Sent): string =>
  `The verification was not accepted: ${response.code === '' ? response.body : `it was answered ${response.code}`}.`;

async function recordResponse(tx: Tx, configurationId: string, sent: Sent): Promise<void> {
  await tx
    .insertInto('notification_delivery')
    .values({
      id: randomUUID(),
      configuration_id: configurationId,
      run_id: null,
      trigger: 'verification',
      run_status: null,
      actor_id: null,
      status: sent.successful ? 'delivered' : 'failed',
      attempts: 1,
      response: JSON.stringify(sent.response),
    })
    .execute();
}

async function check(platform: Platform, draft: Configuration, owner: Subscribable): Promise<void> {
  const allowed: readonly string[] = owner.kind === 'teams' ? TEAM_TRIGGERS : RUN_TRIGGERS;
  const foreign = draft.triggers.find((trigger) => !allowed.includes(trigger));
  if (foreign !== undefined) {
    const detail = `triggers: ${foreign} is not told to ${owner.kind}: ask for ${allowed.join(', ')}`;
    refuse('invalid_attribute', detail, '/data/attributes/triggers');
  }
  if (draft.destination_type !== 'email') {
    const problem =
      draft.url === null || draft.url === ''
        ? 'is required, unless destination-type is email'
        : platform.outbound.findProblem(draft.url);
    if (problem !== undefined) refuse('invalid_attribute', `url: ${problem}`, '/data/attributes/url');
    if (draft.email_addresses.length > 0 || draft.user_ids.length > 0) {
      const detail = 'email-addresses and users are for destination-type email only';
      refuse('invalid_attribute', detail, '/data/attributes/email-addresses');
    }
    return;
  }
  if (draft.url !== null) {
    refuse('invalid_attribute', 'url: must not be set for destination-type email', '/data/attributes/url');
  }
  if (draft.enabled && platform.mailer === null) {
    const detail =
      'This server is not set up to send mail: set RUNWRIGHT_SMTP_URL and RUNWRIGHT_SMTP_FROM first.';
    refuse('invalid_attribute', detail, '/data/attributes/destination-type');
  }
  if (draft.enabled && draft.email_addresses.length === 0 && draft.user_ids.length === 0) {
    const detail = 'email-addresses: name at least one address, or a user';
    refuse('invalid_attribute', detail, '/data/attributes/email-addresses');
  }
  if (draft.user_ids.length === 0) return;
  const members = await platform.db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', owner.organizationId)
    .where('status', '=', 'active')
    .where('user_id', 'in', draft.user_ids)
    .execute();
  if (members.length < draft.user_ids.length) {
    refuse('invalid_attribute', 'users: must be members of the organization', '/data/relationships/users');
  }
}

/** null and an empty text remove the token. */
function seal({ sealer }: Platform, id: string, token: string | null | undefined): string | null {
  if (token === null || token === undefined || token === '') return null;
  return sealer.seal(token, 'notification_configuration.sealed_token', id);
}

const toRow = (draft: Configuration) => ({
  ...draft,
  triggers: JSON.stringify(draft.triggers),
  email_addresses: JSON.stringify(draft.email_addresses),
  user_ids: JSON.stringify(draft.user_ids),
});

/** For the audit trail: the URL of a chat's hook is itself a secret, so only its host is recorded. */
const describe = (configuration: Configuration) => ({
  [subscribableOf(configuration).kind.slice(0, -1)]: subscribableOf(configuration).id,
  name: configuration.name,
  'destination-type': configuration.destination_type,
  enabled: configuration.enabled,
  host: configuration.url === null ? null : new URL(configuration.url).host,
  triggers: configuration.triggers,
  'email-addresses': configuration.email_addresses,
  users: configuration.user_ids,
});
