import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { PRIVATE_FILE, syncFolder } from './durable-files.ts';

const NAME_FILE = 'installation';

/**
 * Whether the files in `folder` belong to this database: the first database that asks for them gets them. Of another
 * one, as of an empty database that was named by mistake, nothing can be said about which files are needed.
 */
export async function belongsTo(db: Kysely<Database>, folder: string): Promise<boolean> {
  const { rows } = await sql<{ installation_id: string }>`
    update general_settings set installation_id = coalesce(installation_id, ${randomUUID()})
    returning installation_id`.execute(db);
  const id = rows[0]?.installation_id;
  if (id === undefined) throw new Error('the settings have no row');
  return (await readOrWrite(folder, id)) === id;
}

/** @returns what the file says, which is `id` where there was none */
async function readOrWrite(folder: string, id: string): Promise<string> {
  const file = path.join(folder, NAME_FILE);
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, id, { mode: PRIVATE_FILE, flush: true });
  try {
    // All of it or nothing, and the first of several servers wins.
    await link(temporary, file);
    await syncFolder(folder);
    return id;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return await readFile(file, 'utf8');
  } finally {
    await rm(temporary, { force: true });
  }
}
