import { gunzipSync } from 'node:zlib';
import type { PolicyFiles } from './policy-manifest.ts';
import { readTar } from './tar-bytes.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** An archive that cannot be read, or is too large. */
export class ArchiveProblem extends Error {}

/** The files of a tar.gz in memory. @throws ArchiveProblem */
export async function readArchiveBytes(bytes: Buffer): Promise<PolicyFiles> {
  try {
    return await readTar(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }));
  } catch (error) {
    throw new ArchiveProblem(error instanceof Error ? error.message : String(error));
  }
}
