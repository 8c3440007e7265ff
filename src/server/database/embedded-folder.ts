import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { create, extract } from 'tar';
import { DatabaseProblem } from './database-problem.ts';

/** The PostgreSQL release whose files the pinned PGlite reads and writes. */
const FORMAT = '18';
const UNFINISHED = '.unfinished';

/**
 * Makes sure that `folder` holds a database: unpacks the prepared one, or without one has PostgreSQL make it.
 *
 * A power cut may come at any moment: the files get their name only when all of them have reached the disk, and an
 * unfinished copy of an earlier attempt is deleted. The caller holds the lock on the folder above.
 *
 * @param template the archive that {@link packTemplate} made, or null to have PostgreSQL make the database
 * @throws DatabaseProblem `folder-unusable`
 */
export async function prepareFolder(folder: string, template: string | null): Promise<void> {
  if (existsSync(folder)) {
    checkFormat(folder);
    return;
  }
  const unfinished = folder + UNFINISHED;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (template === null) await initialize(unfinished);
  else extract({ file: template, cwd: unfinished, sync: true, preserveOwner: false });
  syncTree(unfinished);
  renameSync(unfinished, folder);
  syncEntry(path.dirname(folder));
}

/** Packs the database in `folder`, which no process has open, for {@link prepareFolder}. */
export function packTemplate(folder: string, archive: string): void {
  create({ file: archive, cwd: folder, sync: true, gzip: true, portable: true }, ['.']);
}

async function initialize(folder: string): Promise<void> {
  const database = await PGlite.create({ fs: new NodeFS(folder) });
  await database.close();
}

function checkFormat(folder: string): void {
  const file = path.join(folder, 'PG_VERSION');
  const format = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  if (format === FORMAT) return;
  throw new DatabaseProblem(
    'folder-unusable',
    format === null
      ? `${folder} is not a database folder (it has no PG_VERSION): move it away, or set RUNWRIGHT_HOME to another folder`
      : `${folder} is in the format of PostgreSQL ${format}, this version of Runwright uses that of ${FORMAT}`,
  );
}

/** Writes all files and names below a folder to the disk. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) syncTree(file);
    else syncEntry(file);
  }
  syncEntry(folder);
}

function syncEntry(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
