import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * One host, type of the key, key: as ssh itself writes it when it meets a host for the first time. Patterns, lists,
 * marks and hashed names, which would speak for other hosts too, are none.
 */
const ENTRY =
  /^(?<host>[\w.:-]+|\[(?<name>[\w.:-]+)\]:(?<port>\d{1,5})) (?<type>[a-z][\w@.-]{0,60}) [A-Za-z0-9+/]+={0,3}$/;
const MAX_NEW_ENTRIES = 10;
const KEYSCAN = '/usr/bin/ssh-keyscan';
const SCAN_SECONDS = 5;

export interface MetHost {
  line: string;
  /** As the file names it: with the port in it where that is not ssh's own. */
  host: string;
  name: string;
  port: number;
}

/** The lines that a host itself gives, asked by this process. */
export type ScanHost = (host: MetHost) => Promise<string[]>;

/**
 * Adds hosts that an init met for the first time to what is known. A host that is known keeps the key it has. Whatever
 * the file of the init says was in reach of what the init started: it only says which hosts to ask, and what is
 * remembered is what both the file and the host say.
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

/** Empty when nothing is known yet. */
export async function readHosts(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Nothing from a host that does not answer, and where ssh-keyscan is absent. */
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
    // It would be an option of ssh-keyscan.
    return name.startsWith('-') ? [] : [{ line, host, name, port: Number(port) }];
  });
}
