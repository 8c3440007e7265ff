/** Modules and providers that organizations have published. */
import type { ColumnType, Generated } from 'kysely';
import type { ModuleDetails } from '../../../checks/module-details.ts';
import type { JsonWithDefault, Timestamp } from './columns.ts';

/** A record of what was published under a name and version, for good: it outlives the version. */
export interface RegistryReleaseTable {
  organization_id: string;
  name: string;
  /** SHA-256 of the archive. */
  digest: string;
  created_at: Timestamp;
}

/** A public OpenPGP key with which versions of providers are signed. */
export interface RegistryKeyTable {
  id: string;
  organization_id: string;
  /** The last 16 hexadecimal digits of its fingerprint, in capitals. */
  key_id: string;
  ascii_armor: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RegistryModuleTable {
  id: string;
  organization_id: string;
  name: string;
  provider: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RegistryModuleVersionTable {
  id: string;
  module_id: string;
  version: string;
  status: Generated<'pending' | 'ok' | 'reg_ingress_failed'>;
  error: string | null;
  sha256: string | null;
  size_bytes: number | null;
  readme: string | null;
  /** The commit that its publisher names as its source. */
  commit_sha: string | null;
  /** null: the files could not be read as HCL. */
  details: ColumnType<ModuleDetails | null, string | null | undefined, string | null>;
  created_by: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RegistryProviderTable {
  id: string;
  organization_id: string;
  name: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RegistryProviderVersionTable {
  id: string;
  provider_id: string;
  version: string;
  /** The id of a `registry_key`. */
  key_id: string;
  protocols: JsonWithDefault<string[]>;
  shasums: string | null;
  /** Base64 of the detached signature. */
  shasums_signature: string | null;
  /** True: the signature was verified with the key. */
  is_signed: Generated<boolean>;
  created_by: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RegistryProviderPlatformTable {
  id: string;
  version_id: string;
  os: string;
  arch: string;
  filename: string;
  /** The announced digest; `sha256` is the same once the archive is uploaded. */
  shasum: string;
  sha256: string | null;
  size_bytes: number | null;
  created_at: Timestamp;
}
