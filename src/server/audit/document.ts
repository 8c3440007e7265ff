import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { Timestamp } from '../http/document-schema.ts';
import { timestamp } from '../http/json-api.ts';

export type Entry = Row<'audit_entry'> & { username: string | null; organization_name: string | null };

export const AuditEventSchema = z
  .object({
    id: z.string(),
    version: z.literal('0'),
    type: z.literal('Resource'),
    timestamp: Timestamp,
    auth: z.object({
      accessor_id: z.string().nullable(),
      description: z.string(),
      type: z.enum(['Client', 'System']),
      impersonator_id: z.null(),
      organization_id: z.string().nullable(),
    }),
    request: z.object({ id: z.string().nullable() }),
    resource: z.object({
      id: z.string(),
      type: z.string(),
      action: z.string(),
      meta: z.object({
        before: z.unknown(),
        after: z.unknown(),
        address: z.string().nullable(),
        token_id: z.string().nullable(),
      }),
    }),
  })
  .meta({ id: 'AuditEvent' });

/** One event as clients of the audit trail read it: plain JSON with underscores (api-contract §5.13). */
export function auditEvent(entry: Entry) {
  return {
    id: entry.id,
    version: '0',
    type: 'Resource',
    timestamp: timestamp(entry.created_at),
    auth: {
      accessor_id: entry.user_id ?? entry.token_id,
      description: entry.username ?? describeActor(entry),
      type: entry.actor_kind === 'platform' ? 'System' : 'Client',
      impersonator_id: null,
      organization_id: entry.organization_id,
    },
    request: { id: entry.request_id },
    resource: {
      id: entry.resource_id,
      type: singular(entry.resource_type),
      action: entry.action,
      meta: { before: entry.before, after: entry.after, address: entry.address, token_id: entry.token_id },
    },
  };
}

function describeActor({ actor_kind, organization_name }: Entry): string {
  if (actor_kind === 'organization') return `api-org-${organization_name ?? ''}`;
  if (actor_kind === 'address') return 'the bearer of a signed address';
  return actor_kind === 'platform' ? 'Runwright' : actor_kind;
}

/** `configuration-versions` → `configuration_version`. */
export const singular = (type: string): string =>
  type.replaceAll('-', '_').replace(/ies$/, 'y').replace(/s$/, '');
