import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';

/** Another server's change takes effect here after this long. */
const KEPT_MS = 5_000;

export interface GeneralSettings {
  rateLimitingEnabled: boolean;
}

/** The settings of the whole server, read from the database at most once in this time. */
export interface SettingsReader {
  read(): Promise<GeneralSettings>;
  change(caller: Caller, rateLimitingEnabled: boolean): Promise<GeneralSettings>;
}

const readers = new WeakMap<Platform, SettingsReader>();

/** Each server has one reader, so that a change takes effect at once where it was made. */
export function settingsOf(platform: Platform): SettingsReader {
  const reader = readers.get(platform) ?? createReader(platform);
  readers.set(platform, reader);
  return reader;
}

function createReader({ db }: Platform): SettingsReader {
  let known: { settings: GeneralSettings; at: number } | undefined;
  return {
    async read() {
      if (known !== undefined && Date.now() - known.at < KEPT_MS) return known.settings;
      const row = await db
        .selectFrom('general_settings')
        .select('rate_limiting_enabled')
        .executeTakeFirstOrThrow();
      known = { settings: { rateLimitingEnabled: row.rate_limiting_enabled }, at: Date.now() };
      return known.settings;
    },
    async change(caller, rateLimitingEnabled) {
      await transact(db, async (tx) => {
        const before = await tx
          .selectFrom('general_settings')
          .select('rate_limiting_enabled')
          .forUpdate()
          .executeTakeFirstOrThrow();
        await tx
          .updateTable('general_settings')
          .set({ rate_limiting_enabled: rateLimitingEnabled, updated_at: new Date() })
          .execute();
        await recordChange(tx, caller, {
          organizationId: null,
          resource: { type: 'general-settings', id: 'general-settings' },
          action: 'update',
          before: { 'api-rate-limiting-enabled': before.rate_limiting_enabled },
          after: { 'api-rate-limiting-enabled': rateLimitingEnabled },
        });
      });
      known = { settings: { rateLimitingEnabled }, at: Date.now() };
      return known.settings;
    },
  };
}
