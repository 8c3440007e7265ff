import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Database } from '../database/schema.ts';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
import type { KeptPolicy } from './service.ts';

export const PolicySchema = resource(
  'policies',
  {
    name: z.string(),
    description: z.string(),
    kind: z.literal('cel'),
    query: z.null(),
    'enforcement-level': z.string(),
    enforce: z.array(z.object({ path: z.string(), mode: z.string() })),
    'policy-set-count': z.int(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { organization: toOne('organizations'), 'policy-sets': toMany('policy-sets') },
);

/** Policies of one organization, with the sets that have them. */
export async function describePolicies(
  db: Kysely<Database>,
  organizationName: string,
  policies: readonly KeptPolicy[],
) {
  if (policies.length === 0) return [];
  const memberships = await db
    .selectFrom('policy_set_policy')
    .selectAll()
    .where(
      'policy_id',
      'in',
      policies.map(({ id }) => id),
    )
    .orderBy('policy_set_id')
    .execute();
  return policies.map((policy) => {
    const sets = memberships.filter(({ policy_id }) => policy_id === policy.id);
    const self = `/api/v2/policies/${policy.id}`;
    return {
      id: policy.id,
      type: 'policies',
      attributes: {
        name: policy.name,
        description: policy.description,
        kind: 'cel' as const,
        query: null,
        'enforcement-level': policy.level,
        enforce: [{ path: `${policy.name}.cel`, mode: policy.level }],
        'policy-set-count': sets.length,
        'created-at': timestamp(policy.created_at),
        'updated-at': timestamp(policy.updated_at),
      },
      relationships: {
        organization: reference('organizations', organizationName),
        'policy-sets': { data: sets.map(({ policy_set_id: id }) => ({ id, type: 'policy-sets' })) },
      },
      links: { self, upload: `${self}/upload`, download: `${self}/download` },
    };
  });
}
