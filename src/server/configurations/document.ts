import * as z from 'zod';
import { resource, StatusTimestamps, toOne } from '../http/document-schema.ts';
import { statusTimestamp } from '../http/json-api.ts';
import type { ConfigurationFile } from './files.ts';
import type { ConfigurationVersion } from './service.ts';

export const ConfigurationVersionSchema = resource(
  'configuration-versions',
  {
    status: z.string(),
    source: z.string(),
    speculative: z.boolean(),
    provisional: z.boolean(),
    'auto-queue-runs': z.boolean(),
    error: z.string().nullable(),
    'error-message': z.string().nullable(),
    'status-timestamps': StatusTimestamps,
    'upload-url': z.string().nullable(),
  },
  { 'ingress-attributes': toOne('ingress-attributes') },
);

/** api-contract §5.6. The upload address is in the create answer only. */
export function configurationVersionResource(version: ConfigurationVersion, uploadUrl: string | null) {
  return {
    id: version.id,
    type: 'configuration-versions',
    attributes: {
      status: version.status,
      source: version.source,
      speculative: version.speculative,
      provisional: version.provisional,
      'auto-queue-runs': version.auto_queue_runs,
      error: version.error,
      'error-message': version.error_message,
      'status-timestamps': {
        ...(version.uploaded_at && { 'uploaded-at': statusTimestamp(version.uploaded_at) }),
        ...(version.archived_at && { 'archived-at': statusTimestamp(version.archived_at) }),
      },
      'upload-url': uploadUrl,
    },
    relationships: { 'ingress-attributes': { data: null } },
    links: { self: `/api/v2/configuration-versions/${version.id}` },
  };
}

export const ConfigurationFileSchema = resource('configuration-files', {
  path: z.string(),
  'size-bytes': z.number(),
  'link-target': z.string().nullable(),
  content: z.string().nullable().optional(),
  truncated: z.boolean().optional(),
});

/** `content` is present for a file that was requested by its path: null where it is no text. */
export function configurationFileResource({ path, sizeBytes, target, content }: ConfigurationFile) {
  return {
    id: path,
    type: 'configuration-files',
    attributes: {
      path,
      'size-bytes': sizeBytes,
      'link-target': target ?? null,
      ...(content && { content: content.text, truncated: content.isCut }),
    },
  };
}
