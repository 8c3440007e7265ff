/**
 * Databases for tests, embedded or on a PostgreSQL server as RUNWRIGHT_TEST_DATABASE says. `npm test` runs a test file
 * that imports this one, directly or through another file of this folder, on both.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import type { OpenDatabase } from '../../src/server/database/open.ts';
import { openDatabase } from '../../src/server/database/open.ts';
import { addressOf, onServer } from './database-template.ts';
import { silentLog } from './silent-log.ts';

export interface TestDatabaseLocation {
  kind: 'embedded' | 'postgres';
  homeFolder: string;
  databaseUrl: string | undefined;
  /** Deletes the folder and the database. Close everything that has them open first. */
  remove(): Promise<void>;
}

/** A fresh, migrated database that is not open yet, for a test that starts a whole server. */
export async function makeTestDatabase(): Promise<TestDatabaseLocation> {
  const template = inject('databaseTemplate');
  const homeFolder = path.join(template.workFolder, randomUUID());
  if (template.kind === 'embedded') {
    cpSync(template.folder, homeFolder, { recursive: true });
    return {
      kind: 'embedded',
      homeFolder,
      databaseUrl: undefined,
      remove: async () => await removeFolder(homeFolder),
    };
  }
  mkdirSync(homeFolder, { mode: 0o700 });
  const { serverUrl } = template;
  const name = `${template.name}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await onServer(serverUrl, `create database ${name} template ${template.name}`);
  return {
    kind: 'postgres',
    homeFolder,
    databaseUrl: addressOf(serverUrl, name),
    async remove() {
      await onServer(serverUrl, `drop database ${name} with (force)`);
      await removeFolder(homeFolder);
    },
  };
}

/** A data folder that does not exist yet, and on a PostgreSQL server an empty database, as the target of a restore. */
export async function makeEmptyDatabase(): Promise<TestDatabaseLocation> {
  const template = inject('databaseTemplate');
  const homeFolder = path.join(template.workFolder, randomUUID());
  const removeHome = async (): Promise<void> => await rm(homeFolder, { recursive: true, force: true });
  if (template.kind === 'embedded') {
    return { kind: 'embedded', homeFolder, databaseUrl: undefined, remove: removeHome };
  }
  const name = `${template.name}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await onServer(template.serverUrl, `create database ${name}`);
  return {
    kind: 'postgres',
    homeFolder,
    databaseUrl: addressOf(template.serverUrl, name),
    async remove() {
      await onServer(template.serverUrl, `drop database ${name} with (force)`);
      await removeHome();
    },
  };
}

/** The step processes of a killed server may still be writing. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, maxRetries: 20 });
}

export interface TestDatabase extends OpenDatabase {
  homeFolder: string;
  databaseUrl: string | undefined;
}

/** A fresh, migrated, open database. `close` also deletes it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { homeFolder, databaseUrl, remove } = await makeTestDatabase();
  const database = await openDatabase({ homeFolder, databaseUrl, logger: silentLog });
  return {
    ...database,
    homeFolder,
    databaseUrl,
    async close() {
      await database.close();
      await remove();
    },
  };
}
