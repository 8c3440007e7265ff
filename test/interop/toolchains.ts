/**
 * Tools and packages that the clients of each language need. They are downloaded once, by the language's own package
 * manager with its own settings, into a cache that is kept as long as the list of packages stays the same.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, type Ended } from './commands.ts';
import { root } from './server.ts';

/** A folder with the packages, or the reason why it is missing, and whether `.ci/run` installs what is missing. */
export type Toolchain = { folder: string } | { leftOut: string; isInstalledInCI: boolean };

export const sources = (language: string): string => path.join(import.meta.dirname, language);
const cache = path.join(root, 'node_modules', '.cache', 'runwright', 'interop');
const DOWNLOAD_MS = 600_000;

export async function prepareGo(): Promise<Toolchain> {
  const folder = sources('go');
  if (!(await works('go', ['version']))) {
    // Debian's Go is older, so continuous integration cannot install it.
    return { leftOut: 'the Go client: install Go 1.25 or newer', isInstalledInCI: false };
  }
  const { succeeded, output } = await run('go', ['mod', 'download'], { cwd: folder, withinMs: DOWNLOAD_MS });
  return succeeded ? { folder } : notDownloaded('the Go client', output);
}

export async function preparePython(): Promise<Toolchain> {
  const python = await firstThatWorks(['python3.13', 'python3.12', 'python3.11', 'python3'], HAS_VENV);
  if (python === undefined) {
    const leftOut = 'the Python clients: install Python 3.11 or newer with its venv module';
    return { leftOut, isInstalledInCI: true };
  }
  const requirements = path.join(sources('python'), 'requirements.txt');
  return await cached('python', [requirements], 'the Python clients', async (folder) => {
    const made = await run(python, ['-m', 'venv', folder], { withinMs: DOWNLOAD_MS });
    if (!made.succeeded) return made;
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', requirements];
    return await run(path.join(folder, 'bin', 'python'), args, { withinMs: DOWNLOAD_MS });
  });
}

export async function prepareTypeScript(): Promise<Toolchain> {
  const lists = ['package.json', 'package-lock.json'].map((name) => path.join(sources('typescript'), name));
  return await cached('typescript', lists, 'the TypeScript client', async (folder) => {
    for (const list of lists) cpSync(list, path.join(folder, path.basename(list)));
    return await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, withinMs: DOWNLOAD_MS });
  });
}

const HAS_VENV = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'];

async function works(program: string, args: string[]): Promise<boolean> {
  return (await run(program, args, { withinMs: 60_000 })).succeeded;
}

async function firstThatWorks(programs: string[], args: string[]): Promise<string | undefined> {
  for (const program of programs) if (await works(program, args)) return program;
  return undefined;
}

/** @param lists the files that determine the contents of the folder */
async function cached(
  language: string,
  lists: string[],
  what: string,
  fill: (folder: string) => Promise<Ended>,
): Promise<Toolchain> {
  const hash = createHash('sha256');
  for (const list of lists) hash.update(readFileSync(list));
  const folder = path.join(cache, `${language}-${hash.digest('hex').slice(0, 16)}`);
  // Programs in the folder may contain its path, so it cannot be filled elsewhere and moved here.
  const finished = path.join(folder, 'finished');
  if (existsSync(finished)) return { folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { succeeded, output } = await fill(folder);
  if (!succeeded) return notDownloaded(what, output);
  writeFileSync(finished, '');
  return { folder };
}

const notDownloaded = (what: string, output: string): Toolchain => ({
  leftOut: `${what}: what it needs could not be downloaded: ${output.trim().split('\n').at(-1) ?? ''}`,
  isInstalledInCI: false,
});
