import type { Timestamp } from './columns.ts';

/** The archive of a provider of another registry, whole as it came. */
export interface MirroredProviderTable {
  id: string;
  organization_id: string;
  host: string;
  namespace: string;
  type: string;
  version: string;
  /** `linux_amd64`. */
  platform: string;
  /** Of the archive. */
  sha256: string;
  size_bytes: number;
  /** Of the package in it, as lock files have it. */
  h1: string;
  created_by: string | null;
  created_at: Timestamp;
}
