import { createWriteStream, existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder, PRIVATE_FILE, syncFolder } from '../blobs/durable-files.ts';
import { readConfig, type Flags } from '../config.ts';
import { DatabaseProblem } from '../database/database-problem.ts';
import { lockFolder } from '../database/folder-lock.ts';
import { BackupProblem } from './backup-problem.ts';
import { copyStored, sha256Of, type Copied } from './copy-stored.ts';
import { packDatabase } from './database-archive.ts';
import { readManifest, writeManifest, type Manifest } from './manifest.ts';
import { dumpPostgres } from './postgres-tools.ts';

export interface BackupRequest {
  /** A new or empty folder, or one with an earlier backup, which is brought up to date. */
  to: string;
  /** The version of the program. */
  version: string;
  /** The archive of a running server's embedded database, which only that server can read. */
  askServer: () => Promise<AsyncIterable<Uint8Array>>;
  onStage?: (stage: string) => void;
}

export interface BackupMade {
  manifest: Manifest;
  blobs: Copied;
  logs: Copied;
}

/**
 * Makes a backup of a server's data folder and database, whether the server runs or not. Secrets in it stay encrypted:
 * the key they need, `secret-key` or `RUNWRIGHT_ENCRYPTION_KEY`, is not in it.
 *
 * Files are copied before the database and once more after it: every file that the database names at its moment is then
 * there, even if it was deleted while the database was copied.
 *
 * @throws BackupProblem, ConfigProblem
 */
export async function makeBackup(
  env: NodeJS.ProcessEnv,
  flags: Flags,
  { to, version, askServer, onStage = () => {} }: BackupRequest,
): Promise<BackupMade> {
  const { homeFolder, databaseUrl } = readConfig(env, flags);
  if (!existsSync(path.join(homeFolder, 'blobs'))) {
    throw new BackupProblem(`${homeFolder} is not the data folder of a server: name it with --home`);
  }
  const folder = path.resolve(to);
  await refuseForeign(folder, homeFolder);
  await makeFolder(folder);
  onStage('copying files');
  const before = await copyStored('blobs', homeFolder, folder);
  onStage('copying the database');
  const kind = databaseUrl === undefined ? 'embedded' : 'postgres';
  const madeAt = new Date().toISOString();
  const file = `database-${madeAt.replaceAll(/[:.]/g, '-')}.${kind === 'embedded' ? 'tar.gz' : 'dump'}`;
  const unfinished = path.join(folder, `${file}.unfinished`);
  try {
    if (databaseUrl !== undefined) await dumpPostgres(databaseUrl, unfinished);
    else await write(await archiveOf(homeFolder, askServer), unfinished);
    await rename(unfinished, path.join(folder, file));
  } finally {
    await rm(unfinished, { force: true });
  }
  onStage('copying what is new since');
  const blobs = await copyStored('blobs', homeFolder, folder);
  const logs = await copyStored('logs', homeFolder, folder);
  const { size } = await stat(path.join(folder, file));
  const manifest: Manifest = {
    format: 1,
    madeAt,
    version,
    database: { kind, file, sizeBytes: size, sha256: await sha256Of(path.join(folder, file)) },
    blobs: blobs.files,
    logs: logs.files,
  };
  await syncFolder(folder);
  await writeManifest(folder, manifest);
  await removeOlder(folder, file);
  return { manifest, blobs: { ...blobs, copied: before.copied + blobs.copied }, logs };
}

async function refuseForeign(folder: string, homeFolder: string): Promise<void> {
  const relative = path.relative(homeFolder, folder);
  if (relative === '' || !(relative.startsWith('..') || path.isAbsolute(relative))) {
    throw new BackupProblem(`--to ${folder} is in the data folder: name one that is not lost with it`);
  }
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BackupProblem(`--to ${folder} cannot be written (${error.code ?? error.message})`);
  });
  const known = /^(blobs|logs|backup\.json(\.unfinished)?|database-.*)$/;
  if ((await readManifest(folder)) === null && entries.some((entry) => !known.test(entry))) {
    throw new BackupProblem(`--to ${folder} holds other files: name a new folder, or one with a backup`);
  }
}

async function archiveOf(
  homeFolder: string,
  askServer: BackupRequest['askServer'],
): Promise<AsyncIterable<Uint8Array>> {
  try {
    const lock = lockFolder(homeFolder);
    const archive = packDatabase(path.join(homeFolder, 'database'));
    return Readable.from(archive).on('close', () => lock.release());
  } catch (error) {
    if (error instanceof DatabaseProblem && error.reason === 'folder-in-use') return await askServer();
    throw error;
  }
}

async function write(content: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  await pipeline(content, createWriteStream(file, { mode: PRIVATE_FILE, flush: true }));
}

async function removeOlder(folder: string, newest: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('database-') && entry !== newest)
      await rm(path.join(folder, entry), { force: true });
  }
}
