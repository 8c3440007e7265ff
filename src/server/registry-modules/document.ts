import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Database, Row } from '../database/schema.ts';
import { Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
import { byVersion } from '../registry-releases/version-number.ts';

export type RegistryModule = Row<'registry_module'>;
export type ModuleVersion = Row<'registry_module_version'>;

const Status = z.enum(['pending', 'ok', 'reg_ingress_failed']);

export const RegistryModuleSchema = resource(
  'registry-modules',
  {
    name: z.string(),
    provider: z.string(),
    namespace: z.string(),
    'registry-name': z.literal('private'),
    'no-code': z.literal(false),
    status: z.enum(['pending', 'setup_complete']),
    'publishing-mechanism': z.null(),
    'test-config': z.null(),
    'vcs-repo': z.null(),
    'version-statuses': z.array(
      z.object({ version: z.string(), status: Status, error: z.string().optional() }),
    ),
    permissions: Permissions,
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { organization: toOne('organizations') },
);

/** Modules of one organization with their versions, newest first, in one query. */
export async function describeModules(
  db: Kysely<Database>,
  organizationName: string,
  modules: readonly RegistryModule[],
  canDelete: boolean,
) {
  if (modules.length === 0) return [];
  const versions = await db
    .selectFrom('registry_module_version')
    .select(['module_id', 'version', 'status', 'error'])
    .where(
      'module_id',
      'in',
      modules.map(({ id }) => id),
    )
    .execute();
  return modules.map((module) => {
    const own = byVersion(versions.filter(({ module_id }) => module_id === module.id));
    return {
      id: module.id,
      type: 'registry-modules',
      attributes: {
        name: module.name,
        provider: module.provider,
        namespace: organizationName,
        'registry-name': 'private' as const,
        'no-code': false as const,
        status: own.some(({ status }) => status === 'ok') ? 'setup_complete' : 'pending',
        'publishing-mechanism': null,
        'test-config': null,
        'vcs-repo': null,
        'version-statuses': own.map(({ version, status, error }) => ({
          version,
          status,
          ...(error === null ? {} : { error }),
        })),
        permissions: { 'can-delete': canDelete, 'can-resync': false, 'can-retry': false },
        'created-at': timestamp(module.created_at),
        'updated-at': timestamp(module.updated_at),
      },
      relationships: { organization: reference('organizations', organizationName) },
      links: { self: `/api/v2${modulePath(organizationName, module)}` },
    };
  });
}

const modulePath = (
  organizationName: string,
  { name, provider }: Pick<RegistryModule, 'name' | 'provider'>,
): string =>
  `/organizations/${organizationName}/registry-modules/private/${organizationName}/${name}/${provider}`;

export const ModuleVersionSchema = resource(
  'registry-module-versions',
  {
    source: z.literal('tfe-api'),
    status: Status,
    version: z.string(),
    error: z.string().nullable(),
    /** Digest of the archive. */
    sha256: z.string().nullable(),
    'size-bytes': z.int().nullable(),
    'commit-sha': z.string().nullable(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { 'registry-module': toOne('registry-modules') },
);

/** @param upload the address to upload its archive to; null if it has one, or the caller may not upload */
export const moduleVersionResource = (version: ModuleVersion, upload: string | null) => ({
  id: version.id,
  type: 'registry-module-versions',
  attributes: {
    source: 'tfe-api' as const,
    status: version.status,
    version: version.version,
    error: version.error,
    sha256: version.sha256,
    'size-bytes': version.size_bytes,
    'commit-sha': version.commit_sha,
    'created-at': timestamp(version.created_at),
    'updated-at': timestamp(version.updated_at),
  },
  relationships: { 'registry-module': reference('registry-modules', version.module_id) },
  ...(upload === null ? {} : { links: { upload } }),
});
