import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The key that capability addresses are signed with: derived from `RUNWRIGHT_ENCRYPTION_KEY` where it is set (several
 * servers must share it), else made once and kept in the data folder with mode 0600.
 */
export async function loadSecretKey(homeFolder: string, configured: string | undefined): Promise<Buffer> {
  if (configured !== undefined) return createHash('sha256').update(`runwright\n${configured}`).digest();
  return Buffer.from(
    await readOrCreateSecret(join(homeFolder, 'secret-key'), () => randomBytes(32).toString('hex')),
    'hex',
  );
}

/** Reads a secret file, or writes it whole: two processes that start together end with the same secret. */
export async function readOrCreateSecret(path: string, create: () => string): Promise<string> {
  const existing = await readIfExists(path);
  if (existing !== undefined) return existing;
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${create()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary);
  }
  const secret = await readIfExists(path);
  if (secret === undefined) throw new Error(`${path} was removed while it was being written`);
  return secret;
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (text === '') throw new Error(`${path} is empty: remove it, and a new one is made at the next start`);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
