import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { judgePackageEntry, PACKAGE_LIMITS } from '../../protocol/package-entries.ts';
import { findProgram, judgeProgramStart, PROGRAM_START_BYTES } from '../../protocol/package-program.ts';

export interface PackageOf {
  provider: string;
  os: string;
  arch: string;
}

/**
 * Checks the archive of a provider without unpacking it: the rules by which runners unpack it, and that it holds a
 * program of this provider for this platform.
 *
 * @returns the problem; undefined for an archive that can be used
 */
export async function findPackageProblem(file: string, of: PackageOf): Promise<string | undefined> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
  } catch (error) {
    return `it is no zip archive (${reasonOf(error)})`;
  }
  try {
    return await judge(zip, of);
  } catch (error) {
    return `it is damaged (${reasonOf(error)})`;
  } finally {
    zip.close();
  }
}

async function judge(zip: ZipFile, { provider, os, arch }: PackageOf): Promise<string | undefined> {
  const platform = `${os}_${arch}`;
  if (zip.entryCount === 0) return 'it is empty';
  if (zip.entryCount > PACKAGE_LIMITS.entries) return `it has more than ${PACKAGE_LIMITS.entries} entries`;
  const names = new Set<string>();
  const files: { path: string; entry: Entry; mode: number }[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const verdict = judgePackageEntry(entry, names);
    if ('problem' in verdict) return verdict.problem;
    bytes += entry.uncompressedSize;
    if (bytes > PACKAGE_LIMITS.bytes) return `it unpacks to more than ${PACKAGE_LIMITS.bytes} bytes`;
    if (verdict.mode !== undefined) files.push({ path: entry.fileName, entry, mode: verdict.mode });
  }
  const found = findProgram(files, { type: provider, platform });
  if ('problem' in found) return found.problem;
  const { path, entry } = found.program;
  return judgeProgramStart(await readStart(zip, entry), path, platform);
}

async function readStart(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= PROGRAM_START_BYTES) break;
  }
  return Buffer.concat(chunks);
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 200);
