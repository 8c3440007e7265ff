/** Changes and their authors. */
import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Timestamp } from './columns.ts';

export interface AuditEntryTable {
  id: string;
  sequence: GeneratedAlways<number>;
  organization_id: string | null;
  token_id: string | null;
  user_id: string | null;
  actor_kind: string;
  address: string | null;
  request_id: string | null;
  resource_type: string;
  resource_id: string;
  action: string;
  before: ColumnType<Record<string, unknown> | null, string | null, never>;
  after: ColumnType<Record<string, unknown> | null, string | null, never>;
  created_at: Timestamp;
}

export interface AuditSealTable {
  position: number;
  sequence: number;
  hash: string;
  complete_until: ColumnType<Date, Date, never>;
}
