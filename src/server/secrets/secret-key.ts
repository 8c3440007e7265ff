import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The keys derived from one configured secret: each use has a key of its own. */
export interface SecretKey {
  /** Identifies the key of a sealed value, and reveals nothing about the key. */
  id: string;
  sealing: Buffer;
  signing: Buffer;
}

/**
 * The keys of this server, the current one first: those of `RUNWRIGHT_ENCRYPTION_KEY` (several servers must share
 * them), then those of the file `secret-key` in the data folder, one a line. The file is created once, with mode 0600,
 * when nothing is configured; an existing file still opens the values that were sealed with it.
 */
export async function loadSecretKeys(
  homeFolder: string,
  configured: readonly string[],
): Promise<[SecretKey, ...SecretKey[]]> {
  const file = join(homeFolder, 'secret-key');
  const newKey = (): string => randomBytes(32).toString('hex');
  const kept = configured.length > 0 ? await readIfExists(file) : await readOrCreateSecret(file, newKey);
  const secrets = new Set([...configured, ...(kept ?? '').split(/\s+/).filter((line) => line !== '')]);
  const [first, ...others] = [...secrets].map(deriveKeys);
  if (first === undefined) throw new Error(`${file} holds no key`);
  return [first, ...others];
}

function deriveKeys(secret: string): SecretKey {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'runwright', use, bytes));
  return {
    id: derive('key id', 8).toString('hex'),
    sealing: derive('sealed values', 32),
    signing: derive('signed paths', 32),
  };
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
