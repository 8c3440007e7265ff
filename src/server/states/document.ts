import { z } from 'zod';
import type { Row } from '../database/schema.ts';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';

export const StateVersionSchema = resource(
  'state-versions',
  {
    'created-at': Timestamp,
    size: z.int(),
    serial: z.int(),
    'state-version': z.int(),
    lineage: z.string(),
    md5: z.string(),
    status: z.string(),
    'hosted-state-download-url': z.string(),
    'hosted-state-upload-url': z.string().nullable(),
    'resources-processed': z.boolean(),
    'terraform-version': z.string().nullable(),
    'resource-count': z.int(),
  },
  {
    workspace: toOne('workspaces'),
    run: toOne('runs'),
    'created-by': toOne('users'),
    outputs: toMany('state-version-outputs'),
  },
);

/** `value` is null where a sensitive one is hidden; `detailed-type` is terraform's own way to write a type. */
export const StateVersionOutputSchema = resource('state-version-outputs', {
  name: z.string(),
  sensitive: z.boolean(),
  type: z.string(),
  value: z.unknown(),
  'detailed-type': z.unknown(),
});

/** api-contract §5.7. */
export function stateVersionResource(
  version: Row<'state_version'>,
  facts: { downloadUrl: string; outputIds: string[] },
) {
  return {
    id: version.id,
    type: 'state-versions',
    attributes: {
      'created-at': timestamp(version.created_at),
      size: version.size_bytes,
      serial: version.serial,
      'state-version': 4,
      lineage: version.lineage,
      md5: version.md5,
      status: 'finalized',
      'hosted-state-download-url': facts.downloadUrl,
      'hosted-state-upload-url': null,
      'resources-processed': true,
      'terraform-version': version.terraform_version,
      'resource-count': version.resource_count,
    },
    relationships: {
      workspace: reference('workspaces', version.workspace_id),
      run: referenceOrNull('runs', version.run_id),
      'created-by': referenceOrNull('users', version.created_by),
      outputs: { data: facts.outputIds.map((id) => ({ id, type: 'state-version-outputs' })) },
    },
    links: { self: `/api/v2/state-versions/${version.id}` },
  };
}

/** @param reveal whether a sensitive value is shown: only where one output is asked for by its id (api-contract §5.7) */
export function outputResource(output: Row<'state_version_output'>, reveal: boolean) {
  return {
    id: output.id,
    type: 'state-version-outputs',
    attributes: {
      name: output.name,
      sensitive: output.sensitive,
      type: typeName(output.detailed_type),
      value: output.sensitive && !reveal ? null : output.value,
      'detailed-type': output.detailed_type,
    },
    links: { self: `/api/v2/state-version-outputs/${output.id}` },
  };
}

const TYPE_NAMES: Record<string, string> = {
  string: 'string',
  number: 'number',
  bool: 'boolean',
  list: 'array',
  set: 'array',
  tuple: 'array',
  map: 'object',
  object: 'object',
};

/** Terraform writes a type as `"string"` or `["object", {…}]`. */
function typeName(detailedType: unknown): string {
  const head: unknown = Array.isArray(detailedType) ? detailedType[0] : detailedType;
  return typeof head === 'string' ? (TYPE_NAMES[head] ?? 'dynamic') : 'dynamic';
}
