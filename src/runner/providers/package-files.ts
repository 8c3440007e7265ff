import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  findProgram,
  judgeProgramStart,
  PROGRAM_START_BYTES,
  type ProgramOf,
} from '../../protocol/package-program.ts';

/** One plain file of a package. */
export interface PackageFile {
  /** Relative to the package's folder. */
  path: string;
  sizeBytes: number;
  mode: number;
  /** Changes when the file is written or replaced, even if clocks are set back. */
  fingerprint: string;
}

/** The package holds something that no package has; it is not kept. */
export class StrangePackage extends Error {
  override name = 'StrangePackage';
}

const MAX_FILES = 5_000;
const MAX_BYTES = 8 * 1024 ** 3;
/** As fast as terraform; smaller blocks take twice the time. */
const BLOCK_BYTES = 1024 ** 2;
const SET_ID = 0o6000;
const EXECUTABLE = 0o111;

/** All files, sorted by path. Errors: {@link StrangePackage} for links, second names, devices, and above a limit. */
export async function listPackage(folder: string): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  let total = 0;
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const name of await readdir(join(folder, at))) {
      const path = at === '' ? name : `${at}/${name}`;
      const stats = await lstat(join(folder, path), { bigint: true });
      const shown = JSON.stringify(path.slice(0, 200));
      if (stats.isDirectory()) {
        folders.push(path);
        if (folders.length > MAX_FILES) throw new StrangePackage(`it has more than ${MAX_FILES} folders`);
        continue;
      }
      if (!stats.isFile()) throw new StrangePackage(`${shown} is no plain file`);
      if (stats.nlink !== 1n) throw new StrangePackage(`${shown} has another name elsewhere`);
      const mode = Number(stats.mode) & 0o7777;
      if ((mode & SET_ID) !== 0) throw new StrangePackage(`${shown} would run with the rights of its owner`);
      if (/[\n\r\0]/.test(path)) throw new StrangePackage(`${shown} has a line break in its name`);
      const facts = [stats.size, stats.mode, stats.uid, stats.mtimeNs, stats.ctimeNs, stats.ino];
      files.push({ path, sizeBytes: Number(stats.size), mode, fingerprint: facts.join(' ') });
      total += Number(stats.size);
      if (files.length > MAX_FILES) throw new StrangePackage(`it has more than ${MAX_FILES} files`);
      if (total > MAX_BYTES) throw new StrangePackage(`it has more than ${MAX_BYTES} bytes`);
    }
  }
  if (files.length === 0) throw new StrangePackage('it is empty');
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/**
 * The hash that lock files call `h1:`, over the names and contents of all files, whatever their modes.
 *
 * @param rest as for {@link digestFiles}
 */
export async function hashPackage(
  folder: string,
  files: readonly PackageFile[],
  rest?: (bytes: number) => Promise<void>,
): Promise<string> {
  return combineDigests(await digestFiles(folder, files, rest));
}

/** `digests`: those of {@link digestFiles}. */
export function combineDigests(digests: ReadonlyMap<string, string>): string {
  const whole = createHash('sha256');
  for (const [path, digest] of digests) whole.update(`${digest}  ${path}\n`);
  return `h1:${whole.digest('base64')}`;
}

/**
 * SHA-256 in hexadecimal by path, in the order of the files.
 *
 * @param rest awaited after each piece, with its size: for readers that are in no hurry
 */
export async function digestFiles(
  folder: string,
  files: readonly PackageFile[],
  rest?: (bytes: number) => Promise<void>,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (const { path } of files) {
    const hash = createHash('sha256');
    const handle = await open(join(folder, path), 'r');
    try {
      for (;;) {
        const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, null);
        if (bytesRead === 0) break;
        hash.update(block.subarray(0, bytesRead));
        await rest?.(bytesRead);
      }
    } finally {
      await handle.close();
    }
    digests.set(path, hash.digest('hex'));
  }
  return digests;
}

/**
 * Makes the runner the owner of the package, and lets everybody read it. The folder itself stays writable: it could
 * not be renamed otherwise.
 */
export async function closePackage(folder: string, files: readonly PackageFile[]): Promise<void> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const own = async (path: string, mode: number) => {
    if ((await lstat(path)).uid !== uid) await chown(path, uid, gid);
    await chmod(path, mode);
  };
  const folders = new Set<string>();
  for (const { path, mode } of files) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_part, index) => folders.add(parts.slice(0, index + 1).join('/')));
    await own(join(folder, path), (mode & EXECUTABLE) === 0 ? 0o444 : 0o555);
  }
  for (const inner of [...folders].sort().reverse()) await own(join(folder, inner), 0o555);
  await own(folder, 0o755);
}

/** Copies only what a package may have; the files are checked before the copy. */
export async function copyFiles(from: string, to: string): Promise<void> {
  for (const { path, mode } of await listPackage(from)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path), { errorOnExist: true });
    await chmod(join(to, path), (mode & EXECUTABLE) === 0 ? 0o644 : 0o755);
  }
}

/** Errors: {@link StrangePackage} unless it has exactly one program, which its platform can start. */
export async function requireProgram(
  folder: string,
  files: readonly PackageFile[],
  of: ProgramOf,
): Promise<void> {
  const found = findProgram(files, of);
  if ('problem' in found) throw new StrangePackage(found.problem);
  const { path } = found.program;
  const problem = judgeProgramStart(await readStart(join(folder, path)), path, of.platform);
  if (problem !== undefined) throw new StrangePackage(problem);
}

/** The first bytes of a program, as many as tell its machine. */
export async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(PROGRAM_START_BYTES),
      0,
      PROGRAM_START_BYTES,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
