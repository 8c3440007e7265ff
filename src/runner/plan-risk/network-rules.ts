import { isIP } from 'node:net';
import { leavesOf, type PlannedChange } from './planned-change.ts';

/** The attributes by which a change opens something to others; as rows of details, with names only. */
export interface Widening {
  /** Newly open to everybody. */
  readonly opened: readonly string[];
  /** Open to more addresses than before. */
  readonly widened: readonly string[];
}

/** Ranges of these types name what belongs to them, not who may come in. */
const OWN_RANGES = /(^|_)(vpc|subnet|subnetwork|virtual_network|route|route_table|peering|nat|gateway)(_|$)/;
const RANGE_KEY =
  /(cidr|source_range|source_address|address_prefix|ip_range|authorized_network|allowed_ip|ip_rules|ip_address_range|public_access_cidr|ipv6_|src_ip|(^|_)value$)/;
const LEAVING = /(egress|destination|outbound)/;

const TURNED_ON_IS_PUBLIC =
  /^(publicly_accessible|public_access_enabled|public_network_access_enabled|allow_blob_public_access|allow_nested_items_to_be_public|associate_public_ip_address|map_public_ip_on_launch|endpoint_public_access|ipv4_enabled|public)$/;
const TURNED_OFF_IS_PUBLIC =
  /^(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets|enable_private_endpoint|enable_private_nodes)$/;
const PUBLIC_WORDS =
  /^(public-read|public-read-write|authenticated-read|publicRead|publicReadWrite|blob|container)$/;
const PUBLIC_WORD_KEY = /^(acl|predefined_acl|container_access_type|public_access)$/;
const GUARD = /public_access_block/;

export function wideningOf({ type, kind, before, after }: PlannedChange): Widening {
  if (kind === 'destroy') return { opened: GUARD.test(type) ? ['the guard goes'] : [], widened: [] };
  if (OWN_RANGES.test(type)) return { opened: [], widened: [] };
  const known = new Map<string, Set<unknown>>();
  for (const { path, leaf } of leavesOf(before)) known.set(path, (known.get(path) ?? new Set()).add(leaf));
  const isLeaving = leavesRule(after);
  const opened = new Set<string>();
  const widened = new Set<string>();
  for (const { path, key, leaf } of leavesOf(after)) {
    const earlier = known.get(path) ?? new Set();
    if (earlier.has(leaf)) continue;
    if (isPublicSetting(key, leaf)) opened.add(path);
    if (isLeaving || LEAVING.test(path) || !RANGE_KEY.test(path) || typeof leaf !== 'string') continue;
    const bits = rangeBits(leaf);
    if (bits === undefined) continue;
    if (bits === 0) opened.add(path);
    else if (kind !== 'create' && ![...earlier].some((range) => covers(range, bits))) widened.add(path);
  }
  return { opened: [...opened], widened: [...widened] };
}

function isPublicSetting(key: string, leaf: unknown): boolean {
  if (leaf === true) return TURNED_ON_IS_PUBLIC.test(key);
  if (leaf === false) return TURNED_OFF_IS_PUBLIC.test(key);
  return typeof leaf === 'string' && PUBLIC_WORD_KEY.test(key) && PUBLIC_WORDS.test(leaf);
}

/** A rule that is a resource of its own names its direction in an attribute. */
function leavesRule(after: unknown): boolean {
  for (const { key, leaf } of leavesOf(after)) {
    if ((key === 'type' || key === 'direction') && typeof leaf === 'string')
      return /^(egress|outbound)$/i.test(leaf);
    if (key === 'egress' && leaf === true) return true;
  }
  return false;
}

/** The number of bits of an address that a range fixes; 0 is everybody. undefined: no range. */
function rangeBits(text: string): number | undefined {
  if (text === '*' || /^(any|internet|all)$/i.test(text)) return 0;
  const [address = '', prefix] = text.split('/');
  if (isIP(address) === 0) return undefined;
  if (prefix === undefined) return isIP(address) === 4 ? 32 : 128;
  const bits = Number(prefix);
  return Number.isInteger(bits) && bits >= 0 && bits <= 128 ? bits : undefined;
}

/** Whether a range of the same family was as wide before: such a range is replaced and not widened. */
function covers(range: unknown, bits: number): boolean {
  const before = typeof range === 'string' ? rangeBits(range) : undefined;
  return before !== undefined && before <= bits && before !== 0;
}
