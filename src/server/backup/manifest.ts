import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { PRIVATE_FILE, syncFolder } from '../blobs/durable-files.ts';
import { BackupProblem } from './backup-problem.ts';

const FILE = 'backup.json';

/** The content of a backup's folder beside `blobs` and `logs`. It is written last, so all that it names exists. */
const Manifest = z.object({
  format: z.literal(1, { error: 'is of a newer version of Runwright: restore with that version' }),
  madeAt: z.iso.datetime(),
  /** The version of the program. */
  version: z.string(),
  database: z.object({
    /** `embedded`: an archive of its files; `postgres`: a file of pg_dump in its custom format. */
    kind: z.enum(['embedded', 'postgres']),
    file: z.string().regex(/^database-[0-9A-Za-z-]+\.(tar\.gz|dump)$/, 'is not the name of a database file'),
    sizeBytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  blobs: z.int().min(0),
  logs: z.int().min(0),
});
export type Manifest = z.output<typeof Manifest>;

/** @returns null when there is no backup. @throws BackupProblem for one that cannot be read */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const file = path.join(folder, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new BackupProblem(`${file} cannot be read (${error.code ?? error.message})`);
  });
  if (text === null) return null;
  const parsed = Manifest.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BackupProblem(`${file}: ${issue?.path.join('.') || 'the document'} ${issue?.message}`);
}

/** Replaces the manifest as a whole: a backup that is updated is the old one or the new one at every moment. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = path.join(folder, FILE);
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, `${JSON.stringify(manifest, null, 2)}\n`, { mode: PRIVATE_FILE, flush: true });
  await rename(unfinished, file);
  await syncFolder(folder);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
