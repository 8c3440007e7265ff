import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Host or hosts, type of the key, key: as ssh itself writes it when it meets a host for the first time. */
const ENTRY = /^([^\s#@|]+) [a-z][\w@.-]{0,60} [A-Za-z0-9+/]+={0,3}$/;
const MAX_NEW_ENTRIES = 50;

/**
 * Adds hosts that an init met for the first time to what this runner knows. A host that is known keeps the key it has,
 * whatever the file of the init says: that one was in reach of what the init started.
 */
export async function rememberHosts(memoryFile: string, metText: string): Promise<void> {
  const known = new Set(entriesOf(await readHosts(memoryFile)).map(({ host }) => host));
  const fresh = entriesOf(metText).filter(({ host }) => !known.has(host));
  if (fresh.length === 0) return;
  await mkdir(dirname(memoryFile), { recursive: true, mode: 0o700 });
  const lines = fresh.slice(0, MAX_NEW_ENTRIES).map(({ line }) => `${line}\n`);
  await appendFile(memoryFile, lines.join(''), { mode: 0o600 });
}

/** Empty when nothing is known yet. */
export async function readHosts(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function entriesOf(text: string): { host: string; line: string }[] {
  return text.split('\n').flatMap((line) => {
    const host = ENTRY.exec(line)?.[1];
    return host === undefined ? [] : [{ host, line }];
  });
}
