import type { StateResource } from '../../state-files/scan-state.ts';
import type { ManagedInstance } from '../database/schema.ts';
import { storable } from './storable-text.ts';

/** Each object that terraform manages by a state file, once; replaced ones that wait for deletion are left out. */
export function listManagedInstances(resources: readonly StateResource[]): ManagedInstance[] {
  const byAddress = new Map<string, ManagedInstance>();
  for (const { mode, type, name, module, provider, instances } of resources) {
    if (mode !== 'managed') continue;
    for (const { indexKey, isDeposed, digest } of instances) {
      if (isDeposed) continue;
      const index = readIndex(indexKey);
      const address = [
        ...(module === null ? [] : [module]),
        `${type}.${name}${index === null ? '' : `[${index.json}]`}`,
      ].join('.');
      byAddress.set(address, {
        address,
        type,
        name,
        module: module ?? 'root',
        provider: shortProvider(provider),
        nameIndex: index === null ? null : storable(index.text),
        digest,
      });
    }
  }
  return [...byAddress.values()];
}

/** A key under `count` or `for_each`, as terraform writes it in addresses and as plain text. */
function readIndex(indexKey: string | null): { json: string; text: string } | null {
  if (indexKey === null) return null;
  if (!indexKey.startsWith('"')) return /^-?\d/.test(indexKey) ? { json: indexKey, text: indexKey } : null;
  const text = JSON.parse(indexKey) as string;
  return { json: JSON.stringify(text), text };
}

/** `provider["registry.terraform.io/hashicorp/random"].alias` is `hashicorp/random`. */
function shortProvider(provider: string): string {
  const start = provider.indexOf('["') + 2;
  const end = provider.lastIndexOf('"]');
  const source = start >= 2 && end > start ? provider.slice(start, end) : provider;
  return source.replace(/^registry\.terraform\.io\//, '');
}
