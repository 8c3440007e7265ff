import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * One host, key type and key, as ssh itself writes a host that it meets for the first time. Patterns, lists, marks
 * and hashed names, which could stand for other hosts too, do not match.
 */
const ENTRY =
  /^(?<host>[\w.:-]+|\[(?<name>[\w.:-]+)\]:(?<port>\d{1,5})) (?<type>[a-z][\w@.-]{0,60}) [A-Za-z0-9+/]+={0,3}$/;
const MAX_NEW_ENTRIES = 10;
const KEYSCAN = '/usr/bin/ssh-keyscan';
const SCAN_SECONDS = 5;

export interface MetHost {
  line: string;
  /** The name in the file: with the port where it is not ssh's own. */
  host: string;
  name: string;
  port: number;
}

/** The lines of a host, as the host itself answers to this process. */
export type ScanHost = (host: MetHost) => Promise<string[]>;

/**
 * Adds hosts that an init met for the first time to the known hosts. A known host keeps its key. Programs of the init
 * could have written its file, so the file only says which hosts to ask; a key is remembered only if both the file
 * and the host have it.
 */
export async function rememberHosts(
  memoryFile: string,
  metText: string,
  scan: ScanHost = askHost,
): Promise<void> {
  const known = new Set(entriesOf(await readHosts(memoryFile)).map(({ host }) => host));
  const fresh = entriesOf(metText).filter(({ host }) => !known.has(host));
  const asked = fresh.slice(0, MAX_NEW_ENTRIES);
  const confirmed = await Promise.all(
    asked.map(async (met) => ((await scan(met)).includes(met.line) ? [`${met.line}\n`] : [])),
  );
  const lines = confirmed.flat();
  if (lines.length === 0) return;
  await mkdir(dirname(memoryFile), { recursive: true, mode: 0o700 });
  await appendFile(memoryFile, lines.join(''), { mode: 0o600 });
}

/** Empty when no host is known yet. */
export async function readHosts(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Empty for a host that does not answer, and where ssh-keyscan is absent. */
async function askHost({ name, port }: MetHost): Promise<string[]> {
  try {
    const args = ['-T', String(SCAN_SECONDS), '-p', String(port), '--', name];
    const { stdout } = await promisify(execFile)(KEYSCAN, args, {
      env: {},
      timeout: 2 * SCAN_SECONDS * 1_000,
      maxBuffer: 256 * 1024,
    });
    return stdout.split('\n');
  } catch {
    return [];
  }
}

function entriesOf(text: string): MetHost[] {
  return text.split('\n').flatMap((line) => {
    const groups = ENTRY.exec(line)?.groups;
    if (groups === undefined) return [];
    const { host = '', name = host, port = '22' } = groups;
    // ssh-keyscan would take such a name for an option.
    return name.startsWith('-') ? [] : [{ line, host, name, port: Number(port) }];
  });
}
