import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { BlobMissingError, type BlobStore } from './blob-store.ts';

/** Whether these blobs belong to this database: the first database that asks for them owns them. */
export async function belongTo(db: Kysely<Database>, blobs: Pick<BlobStore, 'belongsTo'>): Promise<boolean> {
  const { rows } = await sql<{ installation_id: string }>`
    update general_settings set installation_id = coalesce(installation_id, ${randomUUID()})
    returning installation_id`.execute(db);
  const id = rows[0]?.installation_id;
  if (id === undefined) throw new Error('the settings have no row');
  return await blobs.belongsTo(id);
}

const LOOKED_AT = 5;

/**
 * Whether none of the newest states that the database names is among these blobs: they are those of another data
 * folder, or a disk is not mounted. Where some are there, damage is found when a file is read.
 */
export async function areElsewhere(db: Kysely<Database>, blobs: Pick<BlobStore, 'open'>): Promise<boolean> {
  const newest = await db
    .selectFrom('state_version')
    .select('sha256')
    .where('sha256', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(LOOKED_AT)
    .execute();
  for (const { sha256 } of newest) {
    if (sha256 !== null && (await isThere(blobs, sha256))) return false;
  }
  return newest.length > 0;
}

async function isThere(blobs: Pick<BlobStore, 'open'>, sha256: string): Promise<boolean> {
  try {
    await blobs.open(sha256, { end: 0 });
    return true;
  } catch (error) {
    if (error instanceof BlobMissingError) return false;
    throw error;
  }
}
