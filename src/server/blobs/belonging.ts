import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { BlobStore } from './blob-store.ts';

/** Whether these blobs belong to this database: the first database that asks for them owns them. */
export async function belongTo(db: Kysely<Database>, blobs: Pick<BlobStore, 'belongsTo'>): Promise<boolean> {
  const { rows } = await sql<{ installation_id: string }>`
    update general_settings set installation_id = coalesce(installation_id, ${randomUUID()})
    returning installation_id`.execute(db);
  const id = rows[0]?.installation_id;
  if (id === undefined) throw new Error('the settings have no row');
  return await blobs.belongsTo(id);
}
