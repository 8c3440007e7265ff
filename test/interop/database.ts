/** Makes an empty database for one server. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { addressOf, onServer } from '../support/database-template.ts';

export interface Database {
  homeFolder: string;
  databaseUrl: string | undefined;
  remove(): Promise<void>;
}

/** @param serverUrl the address of a PostgreSQL server, with its superuser; undefined for an embedded database */
export async function makeDatabase(workFolder: string, serverUrl: string | undefined): Promise<Database> {
  const id = randomUUID();
  const homeFolder = path.join(workFolder, id);
  mkdirSync(homeFolder, { mode: 0o700 });
  if (serverUrl === undefined) return { homeFolder, databaseUrl: undefined, remove: async () => {} };
  const name = `runwright_interop_${id.replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name}`);
  return {
    homeFolder,
    databaseUrl: addressOf(serverUrl, name),
    remove: async () => await onServer(serverUrl, `drop database ${name} with (force)`),
  };
}
