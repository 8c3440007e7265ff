import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import { byVersion } from '../registry-releases/version-number.ts';

export interface ServedVersion {
  id: string;
  version: string;
  protocols: string[];
  keyId: string;
  asciiArmor: string;
  platforms: { id: string; os: string; arch: string; filename: string; shasum: string }[];
}

/** The parts of a provider that may be downloaded, newest first: versions with signed sums, and their archives. */
export async function readServed(db: Kysely<Database>, providerId: string): Promise<ServedVersion[]> {
  const rows = await db
    .selectFrom('registry_provider_version as version')
    .innerJoin('registry_key as key', 'key.id', 'version.key_id')
    .innerJoin('registry_provider_platform as platform', 'platform.version_id', 'version.id')
    .select(['version.id', 'version.version', 'version.protocols', 'key.key_id', 'key.ascii_armor'])
    .select(['platform.id as platform_id', 'platform.os', 'platform.arch'])
    .select(['platform.filename', 'platform.shasum'])
    .where('version.provider_id', '=', providerId)
    .where('version.is_signed', '=', true)
    .where('platform.sha256', 'is not', null)
    .orderBy('platform.os')
    .orderBy('platform.arch')
    .execute();
  const served = new Map<string, ServedVersion>();
  for (const row of rows) {
    const { id, version, protocols, key_id: keyId, ascii_armor: asciiArmor } = row;
    const known = served.get(id) ?? { id, version, protocols, keyId, asciiArmor, platforms: [] };
    const { platform_id: platformId, os, arch, filename, shasum } = row;
    known.platforms.push({ id: platformId, os, arch, filename, shasum });
    served.set(id, known);
  }
  return byVersion([...served.values()]);
}

/** The sums of a signed version. @throws 404 there is none */
export async function readSums(
  db: Kysely<Database>,
  versionId: string,
): Promise<{ shasums: string; signature: Buffer }> {
  const version = await db
    .selectFrom('registry_provider_version')
    .select(['shasums', 'shasums_signature'])
    .where('id', '=', versionId)
    .where('is_signed', '=', true)
    .executeTakeFirst();
  if (version === undefined || version.shasums === null || version.shasums_signature === null)
    refuse('not_found');
  return { shasums: version.shasums, signature: Buffer.from(version.shasums_signature, 'base64') };
}

/** The archive of a platform of a signed version. @throws 404 there is none */
export async function findArchive(
  db: Kysely<Database>,
  platformId: string,
): Promise<{ sha256: string; sizeBytes: number }> {
  const found = await db
    .selectFrom('registry_provider_platform as platform')
    .innerJoin('registry_provider_version as version', 'version.id', 'platform.version_id')
    .select(['platform.sha256', 'platform.size_bytes'])
    .where('platform.id', '=', platformId)
    .where('version.is_signed', '=', true)
    .executeTakeFirst();
  if (found === undefined || found.sha256 === null || found.size_bytes === null) refuse('not_found');
  return { sha256: found.sha256, sizeBytes: found.size_bytes };
}
