import type { Timestamp } from './columns.ts';

/** The archive of a provider of another registry, unchanged. */
export interface MirroredProviderTable {
  id: string;
  organization_id: string;
  host: string;
  namespace: string;
  type: string;
  version: string;
  /** `linux_amd64`. */
  platform: string;
  /** SHA-256 of the archive. */
  sha256: string;
  size_bytes: number;
  /** Hash of the package in the archive, as in lock files. */
  h1: string;
  created_by: string | null;
  created_at: Timestamp;
}
