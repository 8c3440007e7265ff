import * as z from 'zod';
import { addressOf } from '../../protocol/package-name.ts';
import type { Row } from '../database/schema.ts';
import { Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export type MirroredProvider = Row<'mirrored_provider'>;

export const MirroredProviderSchema = resource(
  'mirrored-providers',
  {
    /** `registry.terraform.io/hashicorp/aws`. */
    address: z.string(),
    version: z.string(),
    platform: z.string(),
    'size-bytes': z.int(),
    /** The hashes in lock files: of the package, and of the archive. */
    hashes: z.array(z.string()),
    permissions: Permissions,
    'created-at': Timestamp,
  },
  { organization: toOne('organizations') },
);

export const mirroredResource = (provider: MirroredProvider, organization: string, canDelete: boolean) => ({
  id: provider.id,
  type: 'mirrored-providers',
  attributes: {
    address: addressOf(provider),
    version: provider.version,
    platform: provider.platform,
    'size-bytes': provider.size_bytes,
    hashes: hashesOf(provider),
    permissions: { 'can-delete': canDelete },
    'created-at': timestamp(provider.created_at),
  },
  relationships: { organization: reference('organizations', organization) },
});

export const hashesOf = ({ h1, sha256 }: Pick<MirroredProvider, 'h1' | 'sha256'>): string[] => [
  h1,
  `zh:${sha256}`,
];
