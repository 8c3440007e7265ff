import { timestamp } from '../http/json-api.ts';
import type { ConfigurationVersion } from './service.ts';

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
      'status-timestamps':
        version.uploaded_at === null ? {} : { 'uploaded-at': timestamp(version.uploaded_at) },
      'upload-url': uploadUrl,
    },
    relationships: { 'ingress-attributes': { data: null } },
    links: { self: `/api/v2/configuration-versions/${version.id}` },
  };
}
