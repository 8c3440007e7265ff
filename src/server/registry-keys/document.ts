import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { resource, Timestamp } from '../http/document-schema.ts';
import { timestamp } from '../http/json-api.ts';

export type RegistryKey = Row<'registry_key'>;

export const GpgKeySchema = resource('gpg-keys', {
  'ascii-armor': z.string(),
  'key-id': z.string(),
  namespace: z.string(),
  source: z.string(),
  'source-url': z.null(),
  'trust-signature': z.string(),
  'created-at': Timestamp,
  'updated-at': Timestamp,
});

/** @param namespace the name of its organization */
export const gpgKeyResource = (key: RegistryKey, namespace: string) => ({
  id: key.id,
  type: 'gpg-keys',
  attributes: {
    'ascii-armor': key.ascii_armor,
    'key-id': key.key_id,
    namespace,
    source: '',
    'source-url': null,
    'trust-signature': '',
    'created-at': timestamp(key.created_at),
    'updated-at': timestamp(key.updated_at),
  },
  links: { self: `/api/registry/private/v2/gpg-keys/${namespace}/${key.key_id}` },
});
