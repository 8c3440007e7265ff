/** Settings of the whole server. */
import type { Generated } from 'kysely';
import type { Timestamp } from './columns.ts';

export interface GeneralSettingsTable {
  id: Generated<number>;
  rate_limiting_enabled: Generated<boolean>;
  updated_at: Timestamp;
  /** Generated when a server first starts on this database. */
  installation_id: string | null;
}
