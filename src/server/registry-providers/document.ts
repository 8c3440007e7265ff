import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { Permissions, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export type RegistryProvider = Row<'registry_provider'>;
export type ProviderPlatform = Row<'registry_provider_platform'>;
/** With the id by which people know its key. */
export type ProviderVersion = Row<'registry_provider_version'> & { shown_key_id: string };

export const RegistryProviderSchema = resource(
  'registry-providers',
  {
    name: z.string(),
    namespace: z.string(),
    'registry-name': z.literal('private'),
    /** The newest signed versions. */
    versions: z.array(z.string()),
    permissions: Permissions,
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  {
    organization: toOne('organizations'),
    'registry-provider-versions': toMany('registry-provider-versions'),
  },
);

const SHOWN_VERSIONS = 10;

/** @param versions newest first */
export const providerResource = (
  provider: RegistryProvider,
  namespace: string,
  versions: readonly Pick<ProviderVersion, 'id' | 'version' | 'is_signed'>[],
  canDelete: boolean,
) => ({
  id: provider.id,
  type: 'registry-providers',
  attributes: {
    name: provider.name,
    namespace,
    'registry-name': 'private' as const,
    versions: versions
      .filter(({ is_signed: isSigned }) => isSigned)
      .map(({ version }) => version)
      .slice(0, SHOWN_VERSIONS),
    permissions: { 'can-delete': canDelete },
    'created-at': timestamp(provider.created_at),
    'updated-at': timestamp(provider.updated_at),
  },
  relationships: {
    organization: reference('organizations', namespace),
    'registry-provider-versions': {
      data: versions.map(({ id }) => ({ id, type: 'registry-provider-versions' })),
    },
  },
  links: { self: `/api/v2${providerPath(namespace, provider.name)}` },
});

const providerPath = (namespace: string, name: string): string =>
  `/organizations/${namespace}/registry-providers/private/${namespace}/${name}`;

export const ProviderVersionSchema = resource(
  'registry-provider-versions',
  {
    version: z.string(),
    'key-id': z.string(),
    protocols: z.array(z.string()),
    'shasums-uploaded': z.boolean(),
    'shasums-sig-uploaded': z.boolean(),
    /** True: sums and signature are uploaded and match; from then on the version is served. */
    signed: z.boolean(),
    permissions: Permissions,
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { 'registry-provider': toOne('registry-providers'), platforms: toMany('registry-provider-platforms') },
);

/** @param links where to upload the missing parts, and where to download the others */
export const versionResource = (
  version: ProviderVersion,
  platformIds: readonly string[],
  canManage: boolean,
  links: Record<string, string>,
) => ({
  id: version.id,
  type: 'registry-provider-versions',
  attributes: {
    version: version.version,
    'key-id': version.shown_key_id,
    protocols: version.protocols,
    'shasums-uploaded': version.shasums !== null,
    'shasums-sig-uploaded': version.shasums_signature !== null,
    signed: version.is_signed,
    permissions: { 'can-delete': canManage, 'can-upload-asset': canManage },
    'created-at': timestamp(version.created_at),
    'updated-at': timestamp(version.updated_at),
  },
  relationships: {
    'registry-provider': reference('registry-providers', version.provider_id),
    platforms: { data: platformIds.map((id) => ({ id, type: 'registry-provider-platforms' })) },
  },
  links,
});

export const ProviderPlatformSchema = resource(
  'registry-provider-platforms',
  {
    os: z.string(),
    arch: z.string(),
    filename: z.string(),
    /** SHA-256 of the archive. */
    shasum: z.string(),
    'size-bytes': z.int().nullable(),
    'provider-binary-uploaded': z.boolean(),
    permissions: Permissions,
  },
  { 'registry-provider-version': toOne('registry-provider-versions') },
);

export const platformResource = (
  platform: ProviderPlatform,
  canManage: boolean,
  links: Record<string, string>,
) => ({
  id: platform.id,
  type: 'registry-provider-platforms',
  attributes: {
    os: platform.os,
    arch: platform.arch,
    filename: platform.filename,
    shasum: platform.shasum,
    'size-bytes': platform.size_bytes,
    'provider-binary-uploaded': platform.sha256 !== null,
    permissions: { 'can-delete': canManage, 'can-upload-asset': canManage },
  },
  relationships: {
    'registry-provider-version': reference('registry-provider-versions', platform.version_id),
  },
  links,
});
