import type { Kysely } from 'kysely';
import type { PackageName } from '../../protocol/package-name.ts';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import type { MirroredProvider } from './document.ts';

type Provider = Pick<MirroredProvider, 'host' | 'namespace' | 'type'>;

const archivesOf = (db: Kysely<Database>, organizationId: string, { host, namespace, type }: Provider) =>
  db
    .selectFrom('mirrored_provider')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('host', '=', host)
    .where('namespace', '=', namespace)
    .where('type', '=', type);

/** All versions and platforms of one provider. */
export async function findServed(
  db: Kysely<Database>,
  organizationId: string,
  provider: Provider,
): Promise<MirroredProvider[]> {
  return await archivesOf(db, organizationId, provider).orderBy('version').orderBy('platform').execute();
}

/** The archive of exactly this name. */
export async function findMirrored(
  db: Kysely<Database>,
  organizationId: string,
  name: PackageName,
): Promise<MirroredProvider | undefined> {
  return await archivesOf(db, organizationId, name)
    .where('version', '=', name.version)
    .where('platform', '=', name.platform)
    .executeTakeFirst();
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
