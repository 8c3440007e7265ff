import type { ColumnType, Generated } from 'kysely';
import type { OrderKind, ProviderSource, StoreContents } from '../../../protocol/provider-store.ts';
import type { Timestamp } from './columns.ts';

/** The providers that one or more runners of a pool (null: of the server's own) keep in one folder. */
export interface ProviderStoreTable {
  id: string;
  agent_pool_id: string | null;
  /** The id that the store has on its machine. */
  key: string;
  /** The name of the runner that was last seen. */
  name: string;
  /** `linux_amd64`. */
  platform: string;
  limit_bytes: number;
  source: ProviderSource;
  /** null: not reported yet. */
  contents: ColumnType<StoreContents | null, string | null, string | null>;
  reported_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  last_seen_at: Timestamp;
  created_at: Timestamp;
}

export interface ProviderStoreOrderTable {
  id: string;
  provider_store_id: string;
  kind: OrderKind;
  address: string;
  version: string;
  platform: string;
  status: Generated<'queued' | 'working' | 'done' | 'failed'>;
  /** One sentence for people. */
  message: Generated<string>;
  /** The process of a runner that carries it out, and the end of its right to it without a report. */
  held_by: string | null;
  held_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** How often a runner has begun it. */
  attempts: Generated<number>;
  created_by: string | null;
  created_at: Timestamp;
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}
