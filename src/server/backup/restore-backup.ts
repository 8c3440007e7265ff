import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar';
import { makeFolder, syncFolder } from '../blobs/durable-files.ts';
import { readConfig, type Flags } from '../config.ts';
import { syncTree } from '../database/embedded-folder.ts';
import { lockFolder } from '../database/folder-lock.ts';
import { BackupProblem } from './backup-problem.ts';
import { copyStored, sha256Of } from './copy-stored.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { restorePostgres } from './postgres-tools.ts';
import { RESTORING } from './restoring.ts';

/** The parts of the data folder that a backup brings; the database comes last, so that without it nothing is served. */
const PARTS = ['blobs', 'logs', 'database'] as const;

/**
 * Restores a backup into a data folder that has no data, and into an empty PostgreSQL database if the backup is of one.
 * All files are checked against their SHA-256 before any is put in place. A killed restore is run again.
 *
 * @throws BackupProblem, ConfigProblem, DatabaseProblem
 */
export async function restoreBackup(
  env: NodeJS.ProcessEnv,
  flags: Flags,
  { from, onStage = () => {} }: { from: string; onStage?: (stage: string) => void },
): Promise<Manifest> {
  const { homeFolder, databaseUrl } = readConfig(env, flags);
  const backup = path.resolve(from);
  const manifest = await readManifest(backup);
  if (manifest === null) throw new BackupProblem(`--from ${backup} holds no backup (it has no backup.json)`);
  refuseOtherKind(manifest, databaseUrl);
  const stage = path.join(homeFolder, RESTORING);
  const there = PARTS.filter((part) => existsSync(path.join(homeFolder, part)));
  if (there.length > 0 && !existsSync(stage)) {
    throw new BackupProblem(
      `${homeFolder} has ${there.join(', ')} already: nothing was changed. Name a new folder with --home`,
    );
  }
  const lock = lockFolder(homeFolder);
  try {
    // Remains of a killed restore are removed.
    for (const part of [...PARTS, RESTORING]) {
      await rm(path.join(homeFolder, part), { recursive: true, force: true });
    }
    await makeFolder(stage);
    onStage('checking and copying files');
    await stageFiles(manifest, backup, stage);
    onStage('checking and unpacking the database');
    await checkDatabase(manifest, backup);
    if (databaseUrl === undefined) await stageDatabase(manifest, backup, stage);
    for (const part of PARTS) {
      if (!existsSync(path.join(stage, part))) continue;
      await rename(path.join(stage, part), path.join(homeFolder, part));
      await syncFolder(homeFolder);
    }
    if (databaseUrl !== undefined)
      await restorePostgres(databaseUrl, path.join(backup, manifest.database.file));
    await rm(stage, { recursive: true, force: true });
    await syncFolder(homeFolder);
    return manifest;
  } finally {
    lock.release();
  }
}

function refuseOtherKind({ database }: Manifest, databaseUrl: string | undefined): void {
  if (database.kind === 'postgres' && databaseUrl === undefined) {
    throw new BackupProblem('the backup is of a PostgreSQL database: set DATABASE_URL to an empty one');
  }
  if (database.kind === 'embedded' && databaseUrl !== undefined) {
    throw new BackupProblem('the backup is of an embedded database: restore it without DATABASE_URL');
  }
}

async function stageFiles(manifest: Manifest, backup: string, stage: string): Promise<void> {
  const blobs = await copyStored('blobs', backup, stage);
  const logs = await copyStored('logs', backup, stage);
  if (blobs.damaged.length > 0) {
    throw new BackupProblem(
      `${blobs.damaged.length} files of the backup are damaged, ${blobs.damaged[0]} among them: nothing was changed`,
    );
  }
  if (blobs.files < manifest.blobs || logs.files < manifest.logs) {
    throw new BackupProblem(
      `the backup is not whole: ${blobs.files} of ${manifest.blobs} blobs and ${logs.files} of ${manifest.logs} logs ` +
        'are there: nothing was changed',
    );
  }
}

async function checkDatabase({ database }: Manifest, backup: string): Promise<void> {
  const file = path.join(backup, database.file);
  const sha256 = await sha256Of(file).catch((error: NodeJS.ErrnoException) => {
    throw new BackupProblem(`${file} cannot be read (${error.code ?? error.message})`);
  });
  if (sha256 === database.sha256) return;
  throw new BackupProblem(`${file} is damaged: it has another SHA-256 than backup.json says`);
}

async function stageDatabase({ database }: Manifest, backup: string, stage: string): Promise<void> {
  const folder = path.join(stage, 'database');
  await mkdir(folder, { mode: 0o700 });
  await extract({ file: path.join(backup, database.file), cwd: folder, preserveOwner: false });
  syncTree(folder);
}
