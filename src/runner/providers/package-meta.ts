import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What is known of a stored package besides its files. */
export const PackageMeta = z.object({
  host: z.string(),
  namespace: z.string(),
  type: z.string(),
  version: z.string(),
  platform: z.string(),
  h1: z.string(),
  /** The signed hashes of this version's archives, for all its platforms. */
  signedArchives: z.array(z.string()),
  /** The engine's words: `signed by a HashiCorp partner`, or `lock file`. */
  proof: z.string(),
  sizeBytes: z.int(),
  fetchedBy: z.object({ organization: z.string(), run: z.string() }),
  fetchedAt: z.string(),
  /** The boot during which the files were last checked: files that were not on the disk then are missing. */
  bootId: z.string(),
  /** The time when the contents were last read and found right; absent: not since they were fetched. */
  checkedAt: z.string().optional(),
  /** Fingerprint by path. */
  files: z.record(z.string(), z.string()),
});
export type PackageMeta = z.infer<typeof PackageMeta>;

let boot: string | undefined;

/** Constant until the machine restarts; empty where the kernel does not tell, which never changes. */
export function readBootId(): string {
  try {
    return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  } catch {
    return (boot ??= '');
  }
}

/** The name of a package's folder, of its lock and of its metadata. */
export const storedName = (h1: string): string =>
  Buffer.from(h1.slice('h1:'.length), 'base64').toString('hex');

const STORED_NAME = /^[0-9a-f]{64}$/;
export const isStoredName = (text: string): boolean => STORED_NAME.test(text);
