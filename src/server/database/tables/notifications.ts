/** Notification configurations, and the messages to send. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Json, Timestamp } from './columns.ts';

/** Belongs to a workspace, a project or a team. */
export interface NotificationConfigurationTable {
  id: string;
  workspace_id: string | null;
  project_id: string | null;
  team_id: string | null;
  name: string;
  destination_type: 'generic' | 'slack' | 'microsoft-teams' | 'email';
  enabled: boolean;
  url: string | null;
  sealed_token: string | null;
  triggers: Json<string[]>;
  email_addresses: Json<string[]>;
  user_ids: Json<string[]>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** The answer of a notification's receiver. */
export interface DeliveryResponse {
  url: string;
  body: string;
  code: string;
  headers: Record<string, string[]>;
  'sent-at': string;
  successful: string;
}

export interface NotificationDeliveryTable {
  id: string;
  sequence: GeneratedAlways<number>;
  configuration_id: string;
  run_id: string | null;
  trigger: string;
  run_status: string | null;
  actor_id: string | null;
  status: Generated<'waiting' | 'delivered' | 'failed' | 'dropped'>;
  attempts: Generated<number>;
  next_attempt_at: Timestamp;
  response: ColumnType<DeliveryResponse | null, string | null, string | null>;
  created_at: Timestamp;
}
