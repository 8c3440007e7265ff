import type { Platform } from '../context.ts';
import { versionResource, type ProviderVersion } from './document.ts';
import { versionLinks } from './links.ts';

/** Documents of versions, with the platforms of all of them in one query. */
export async function describeVersions(
  platform: Platform,
  versions: readonly ProviderVersion[],
  canManage: boolean,
) {
  const ids = versions.map(({ id }) => id);
  const platforms =
    ids.length === 0
      ? []
      : await platform.db
          .selectFrom('registry_provider_platform')
          .select(['id', 'version_id'])
          .where('version_id', 'in', ids)
          .orderBy('os')
          .orderBy('arch')
          .execute();
  return versions.map((version) =>
    versionResource(
      version,
      platforms.flatMap(({ id, version_id: versionId }) => (versionId === version.id ? [id] : [])),
      canManage,
      versionLinks(platform, version, canManage),
    ),
  );
}
