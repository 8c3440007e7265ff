import { access, constants, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { CheckResult, DoctorSettings } from './check.ts';

const WANTED_FREE_BYTES = 2 * 1024 ** 3;

/** Checks the data folder, or the place where it would be created. */
export async function checkHome({ homeFolder }: DoctorSettings): Promise<CheckResult> {
  const existing = await nearestExisting(homeFolder);
  const fix = `make ${homeFolder} a folder that this user may write to, or set RUNWRIGHT_HOME to another`;
  if (!(await stat(existing)).isDirectory()) return { ok: false, found: `${existing} is not a folder`, fix };
  try {
    await access(existing, constants.W_OK);
    // Permissions alone do not show a read-only or full file system.
    await rm(await mkdtemp(path.join(existing, '.runwright-doctor-')), { recursive: true });
  } catch (error) {
    return { ok: false, found: `${existing} is not writable (${codeOf(error)})`, fix };
  }
  if (existing !== homeFolder) return { ok: true, found: `${homeFolder} can be made` };
  return openTo(homeFolder, (await stat(homeFolder)).mode);
}

/** The folder holds keys and the administrator's token. */
function openTo(homeFolder: string, mode: number): CheckResult {
  return (mode & 0o077) === 0
    ? { ok: true, found: `${homeFolder} is writable` }
    : {
        ok: true,
        found: `${homeFolder} is writable, also open to other users`,
        fix: `chmod 700 ${homeFolder}`,
      };
}

export async function checkDisk({ homeFolder }: DoctorSettings): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(await nearestExisting(homeFolder));
  const freeBytes = bavail * bsize;
  const found = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  return freeBytes >= WANTED_FREE_BYTES
    ? { ok: true, found }
    : { ok: false, found, fix: 'free some: providers, logs and states want at least 2 GiB' };
}

async function nearestExisting(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || path.dirname(folder) === folder ? folder : nearestExisting(path.dirname(folder));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
