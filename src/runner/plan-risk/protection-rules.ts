import { leavesOf, type PlannedChange } from './planned-change.ts';

const PROTECTS =
  /^(deletion_protection|deletion_protection_enabled|enable_deletion_protection|delete_protection|disable_api_termination|termination_protection|purge_protection_enabled|prevent_destroy|encrypted|storage_encrypted|encryption_at_rest|multi_az|point_in_time_recovery)$/;
const EXPOSES =
  /^(force_destroy|skip_final_snapshot|force_delete|delete_automated_backups|force_destroy_protection_disabled)$/;
const KEEPS =
  /^(backup_retention_period|retention_in_days|backup_retention_days|soft_delete_retention_days)$/;
const CAPACITY =
  /^(desired_capacity|min_size|desired_size|desired_count|replicas|node_count|min_node_count|instance_count|num_nodes|number_of_nodes|min_capacity|allocated_storage|read_capacity|write_capacity)$/;

/** Names of the attributes that protect data from loss and that a change switches off. */
export function lostProtections({ kind, before, after }: PlannedChange): string[] {
  if (kind !== 'update' && kind !== 'replace') return [];
  const then = new Map([...leavesOf(before)].map(({ path, leaf }) => [path, leaf]));
  return [...leavesOf(after)].flatMap(({ path, key, leaf }) => {
    const was = then.get(path);
    const isLost =
      (PROTECTS.test(key) && was === true && leaf !== true) ||
      (EXPOSES.test(key) && was !== true && leaf === true) ||
      (KEEPS.test(key) && typeof was === 'number' && typeof leaf === 'number' && leaf < was);
    return isLost ? [path] : [];
  });
}

/** Counts of instances that go down: `desired_capacity 4 → 1`. */
export function droppedCapacity({ kind, before, after }: PlannedChange): string[] {
  if (kind !== 'update' && kind !== 'replace') return [];
  const then = new Map([...leavesOf(before)].map(({ path, leaf }) => [path, leaf]));
  return [...leavesOf(after)].flatMap(({ path, key, leaf }) => {
    const was = then.get(path);
    return CAPACITY.test(key) && typeof was === 'number' && typeof leaf === 'number' && leaf < was
      ? [path]
      : [];
  });
}
