import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ManagedInstance } from '../database/schema.ts';

/** What a state file says of a resource. */
export const StateResource = z.object({
  mode: z.string(),
  type: z.string().optional(),
  name: z.string().optional(),
  module: z.string().optional(),
  provider: z.string().optional(),
  instances: z.array(z.looseObject({ index_key: z.unknown().optional() })).optional(),
});
export type StateResource = z.output<typeof StateResource>;

/** Each object that terraform manages by a state file, once; replaced ones that still wait for deletion are not told. */
export function listManagedInstances(resources: readonly StateResource[]): ManagedInstance[] {
  const byAddress = new Map<string, ManagedInstance>();
  for (const { mode, type = '', name = '', module, provider = '', instances = [] } of resources) {
    if (mode !== 'managed') continue;
    for (const instance of instances) {
      if (instance['deposed'] !== undefined) continue;
      const key = instance.index_key;
      const index = typeof key === 'number' || typeof key === 'string' ? key : undefined;
      const address = [
        ...(module === undefined ? [] : [module]),
        `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
      ].join('.');
      byAddress.set(address, {
        address,
        type,
        name,
        module: module ?? 'root',
        provider: shortProvider(provider),
        nameIndex: index === undefined ? null : String(index),
        digest: createHash('sha256').update(JSON.stringify(instance)).digest('base64url'),
      });
    }
  }
  return [...byAddress.values()];
}

/** `provider["registry.terraform.io/hashicorp/random"].alias` is `hashicorp/random`. */
function shortProvider(provider: string): string {
  const start = provider.indexOf('["') + 2;
  const end = provider.lastIndexOf('"]');
  const source = start >= 2 && end > start ? provider.slice(start, end) : provider;
  return source.replace(/^registry\.terraform\.io\//, '');
}
