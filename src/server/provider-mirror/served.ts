import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import type { MirroredProvider } from './document.ts';

/** All versions and platforms of one provider. */
export async function findServed(
  db: Kysely<Database>,
  organizationId: string,
  { host, namespace, type }: Pick<MirroredProvider, 'host' | 'namespace' | 'type'>,
): Promise<MirroredProvider[]> {
  return await db
    .selectFrom('mirrored_provider')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('host', '=', host)
    .where('namespace', '=', namespace)
    .where('type', '=', type)
    .orderBy('version')
    .orderBy('platform')
    .execute();
}

/** @throws 404 there is none */
export async function findArchive(
  db: Kysely<Database>,
  id: string,
): Promise<{ sha256: string; sizeBytes: number }> {
  const found = await db
    .selectFrom('mirrored_provider')
    .select(['sha256', 'size_bytes'])
    .where('id', '=', id)
    .executeTakeFirst();
  return found === undefined ? refuse('not_found') : { sha256: found.sha256, sizeBytes: found.size_bytes };
}
