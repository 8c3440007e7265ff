/** State versions, and the facts that are read from state files. */
import type { Generated, GeneratedAlways } from 'kysely';
import type { JsonWithDefault, Timestamp } from './columns.ts';

/** The resources of a state file, counted the three ways that clients ask for (api-contract §5.7). */
export interface StateInventory {
  /** Instances by module (`root`), then by type (`null-resource`, `data.null-data-source`). */
  modules: Record<string, Record<string, number>>;
  /** The same by provider. */
  providers: Record<string, Record<string, number>>;
  resources: { name: string; type: string; count: number; module: string; provider: string }[];
}

/** One object that terraform manages. */
export interface ManagedInstance {
  address: string;
  type: string;
  name: string;
  module: string;
  provider: string;
  /** Its key under `count` or `for_each`. */
  nameIndex: string | null;
  /** Changes whenever any part of the object changes. */
  digest: string;
}

/** The facts of a whole state file that a runner reported, before it becomes a state version. */
export interface StateSnapshot {
  sha256: string;
  sizeBytes: number;
  md5: string;
  /** null: the file has no serial that can be read. */
  serial: number | null;
  lineage: string | null;
  /** Its place among the states that the runner sent; absent in snapshots from before it was introduced. */
  sequence?: number;
}

export interface StateVersionTable {
  id: string;
  workspace_id: string;
  run_id: string | null;
  created_by: string | null;
  serial: number;
  lineage: string;
  md5: string;
  sha256: string | null;
  size_bytes: number | null;
  terraform_version: string | null;
  resource_count: Generated<number>;
  created_at: Timestamp;
  sequence: GeneratedAlways<number>;
  status: Generated<'pending' | 'finalized' | 'discarded'>;
  forced: Generated<boolean>;
  intermediate: Generated<boolean>;
  format_version: number | null;
  /** True: the file holds more than the rows do. */
  is_partial: Generated<boolean>;
  content_serial: number | null;
  content_lineage: string | null;
  json_state_sha256: string | null;
  rollback_state_version_id: string | null;
  modules: JsonWithDefault<StateInventory['modules']>;
  providers: JsonWithDefault<StateInventory['providers']>;
  resources: JsonWithDefault<StateInventory['resources']>;
  finalized_at: Date | null;
  /** Objects that the newest whole plan of it found to be changed outside of terraform; null: no plan has looked. */
  drifted: number | null;
  /** That plan's run; null also after it was deleted. */
  drift_run_id: string | null;
}

export interface WorkspaceResourceTable {
  id: string;
  workspace_id: string;
  address: string;
  type: string;
  name: string;
  module: string;
  provider: string;
  name_index: string | null;
  digest: string;
  modified_by_state_version_id: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface ResourceChangeTable {
  sequence: GeneratedAlways<number>;
  workspace_id: string;
  state_version_id: string;
  address: string;
  type: string;
  action: 'create' | 'update' | 'delete';
}

export interface StateVersionOutputTable {
  id: string;
  state_version_id: string;
  name: string;
  sensitive: boolean;
  /** The JSON text in the state; null: it lies between these two bytes of the file. */
  value: string | null;
  value_start: number | null;
  value_end: number | null;
  /** JSON. */
  detailed_type: string | null;
}
