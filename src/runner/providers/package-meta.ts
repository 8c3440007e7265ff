import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What is known of a stored package beside its files. */
export const PackageMeta = z.object({
  host: z.string(),
  namespace: z.string(),
  type: z.string(),
  version: z.string(),
  platform: z.string(),
  h1: z.string(),
  /** The archives' hashes that came, signed, with this version: of all its platforms. */
  signedArchives: z.array(z.string()),
  /** In the engine's words: `signed by a HashiCorp partner`, or `lock file`. */
  proof: z.string(),
  sizeBytes: z.int(),
  fetchedBy: z.object({ organization: z.string(), run: z.string() }),
  fetchedAt: z.string(),
  /** The files were looked through since this machine started: what was not on the disk by then is not there. */
  bootId: z.string(),
  /** Fingerprint by path. */
  files: z.record(z.string(), z.string()),
});
export type PackageMeta = z.infer<typeof PackageMeta>;

let boot: string | undefined;

/** The same until the machine starts again; empty where that cannot be told, which is the same at all times. */
export function readBootId(): string {
  try {
    return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  } catch {
    return (boot ??= '');
  }
}

/** The name of a package's folder, of its lock and of what is known of it. */
export const storedName = (h1: string): string =>
  Buffer.from(h1.slice('h1:'.length), 'base64').toString('hex');

const STORED_NAME = /^[0-9a-f]{64}$/;
export const isStoredName = (text: string): boolean => STORED_NAME.test(text);
