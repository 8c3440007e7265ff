import { createHmac } from 'node:crypto';
import { timestamp } from '../http/json-api.ts';
import { describeTrigger } from './triggers.ts';

/** The facts of a run in a notification; all null in a verification. */
export interface RunFacts {
  url: string;
  id: string;
  message: string;
  createdAt: Date;
  createdBy: string | null;
  workspaceId: string;
  workspaceName: string;
  organizationName: string;
}

export interface Notification {
  /** The same at each attempt, so that receivers recognize a repetition. */
  deliveryId: string;
  configurationId: string;
  trigger: string;
  runStatus: string | null;
  updatedAt: Date;
  updatedBy: string | null;
  run: RunFacts | null;
}

export interface Post {
  headers: Record<string, string>;
  body: string;
}

/** The request in the format of this kind of destination (api-contract §5.10). */
export function composePost(
  kind: 'generic' | 'slack' | 'microsoft-teams',
  notification: Notification,
  token: string | null,
): Post {
  const document = { generic, slack, 'microsoft-teams': microsoftTeams }[kind](notification);
  const body = JSON.stringify(document);
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Runwright',
      'X-Runwright-Delivery': notification.deliveryId,
      ...(kind === 'generic' && token !== null
        ? { 'X-TFE-Notification-Signature': createHmac('sha512', token).update(body).digest('hex') }
        : {}),
    },
  };
}

export function composeEmail(notification: Notification): { subject: string; text: string } {
  const what = headline(notification);
  const facts = factsOf(notification).map(({ title, value }) => `${title}: ${value}`);
  const { run } = notification;
  return {
    // A line break would start another header.
    subject: what.replaceAll(/\s+/g, ' '),
    text: [what, '', ...facts, ...(run === null ? [] : ['', run.url]), ''].join('\n'),
  };
}

function generic({ configurationId, trigger, runStatus, updatedAt, updatedBy, run }: Notification) {
  return {
    payload_version: 1,
    notification_configuration_id: configurationId,
    run_url: run?.url ?? null,
    run_id: run?.id ?? null,
    run_message: run?.message ?? null,
    run_created_at: run === null ? null : timestamp(run.createdAt),
    run_created_by: run?.createdBy ?? null,
    workspace_id: run?.workspaceId ?? null,
    workspace_name: run?.workspaceName ?? null,
    organization_name: run?.organizationName ?? null,
    notifications: [
      {
        message: describeTrigger(trigger, runStatus),
        trigger,
        run_status: runStatus,
        run_updated_at: run === null ? null : timestamp(updatedAt),
        run_updated_by: updatedBy,
      },
    ],
  };
}

function slack(notification: Notification) {
  const { run } = notification;
  const title = escapeSlack(headline(notification));
  const facts = factsOf(notification).map(({ title, value }) => `*${title}:* ${escapeSlack(value)}`);
  const linked = run === null ? `*${title}*` : `*<${run.url}|${title}>*`;
  return {
    text: title,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: [linked, ...facts].join('\n') } }],
  };
}

function microsoftTeams(notification: Notification) {
  const { run } = notification;
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: headline(notification), weight: 'Bolder', size: 'Medium', wrap: true },
            { type: 'FactSet', facts: factsOf(notification) },
          ],
          actions: run === null ? [] : [{ type: 'Action.OpenUrl', title: 'Open the run', url: run.url }],
        },
      },
    ],
  };
}

function headline({ trigger, runStatus, run }: Notification): string {
  const what = describeTrigger(trigger, runStatus);
  return run === null ? what : `${what}: ${run.organizationName}/${run.workspaceName}`;
}

/** Messages of runs can be long; a chat shows only the beginning. */
const MESSAGE_CHARS = 500;

function factsOf({ run, updatedBy }: Notification): { title: string; value: string }[] {
  if (run === null) return [{ title: 'Meaning', value: 'notifications of runs will arrive here' }];
  return [
    { title: 'Run', value: run.id },
    { title: 'Message', value: run.message.slice(0, MESSAGE_CHARS) },
    { title: 'Created by', value: run.createdBy ?? 'Runwright' },
    ...(updatedBy === null ? [] : [{ title: 'Changed by', value: updatedBy }]),
  ];
}

/** Slack requires only these three to be escaped: links and mentions are made of them. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
