import { holdsNumberBeyondFloats, JsonText, quoteInexactNumbers } from '@runwright/models';
import * as z from 'zod';
import { Permissions, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import type { Row } from '../database/schema.ts';
import type { StateVersion } from './store.ts';

/** The facts that a state version's document needs beside its row. Addresses are null without a transfer to make. */
export interface StateVersionFacts {
  downloadUrl: string | null;
  jsonDownloadUrl: string | null;
  uploadUrl: string | null;
  jsonUploadUrl: string | null;
  outputIds: string[];
  previousId: string | null;
  nextId: string | null;
}

const PERMISSIONS = { 'can-read': true, 'can-download': true };

/** Instances by type, by module or by provider. */
const Counts = z.record(z.string(), z.record(z.string(), z.int()));

export const StateVersionSchema = resource(
  'state-versions',
  {
    'created-at': Timestamp,
    size: z.int().nullable(),
    serial: z.int(),
    'state-version': z.int(),
    lineage: z.string(),
    md5: z.string(),
    status: z.enum(['pending', 'finalized', 'discarded']),
    intermediate: z.boolean(),
    'hosted-state-download-url': z.string().nullable(),
    'hosted-json-state-download-url': z.string().nullable(),
    'hosted-state-upload-url': z.string().nullable(),
    'hosted-json-state-upload-url': z.string().nullable(),
    modules: Counts,
    providers: Counts,
    resources: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        count: z.int(),
        module: z.string(),
        provider: z.string(),
      }),
    ),
    'resources-processed': z.boolean(),
    'terraform-version': z.string().nullable(),
    'resource-count': z.int(),
    'billable-rum-count': z.int(),
    'vcs-commit-sha': z.null(),
    'vcs-commit-url': z.null(),
    permissions: Permissions,
  },
  {
    workspace: toOne('workspaces'),
    run: toOne('runs'),
    'created-by': toOne('users'),
    outputs: toMany('state-version-outputs'),
    'rollback-state-version': toOne('state-versions'),
    'previous-state-version': toOne('state-versions'),
    'next-state-version': toOne('state-versions'),
  },
);

/** `value` is null if a sensitive one is hidden; `detailed-type` is terraform's own notation of a type. */
export const StateVersionOutputSchema = resource('state-version-outputs', {
  name: z.string(),
  sensitive: z.boolean(),
  type: z.string(),
  value: z.unknown(),
  'detailed-type': z.unknown(),
  detailed_type: z.unknown(),
});

/** api-contract §5.7. */
export function stateVersionResource(version: StateVersion, facts: StateVersionFacts) {
  const self = `/api/v2/state-versions/${version.id}`;
  return {
    id: version.id,
    type: 'state-versions',
    attributes: {
      'created-at': timestamp(version.created_at),
      size: version.size_bytes,
      serial: version.serial,
      'state-version': version.format_version ?? 4,
      lineage: version.lineage,
      md5: version.md5,
      status: version.status,
      intermediate: version.intermediate,
      'hosted-state-download-url': facts.downloadUrl,
      'hosted-json-state-download-url': facts.jsonDownloadUrl,
      'hosted-state-upload-url': facts.uploadUrl,
      'hosted-json-state-upload-url': facts.jsonUploadUrl,
      modules: version.modules,
      providers: version.providers,
      resources: version.resources,
      'resources-processed': version.status === 'finalized' && !version.is_partial,
      'terraform-version': version.terraform_version,
      'resource-count': version.resource_count,
      'billable-rum-count': version.resource_count,
      'vcs-commit-sha': null,
      'vcs-commit-url': null,
      permissions: PERMISSIONS,
    },
    relationships: {
      workspace: reference('workspaces', version.workspace_id),
      run: referenceOrNull('runs', version.run_id),
      'created-by': referenceOrNull('users', version.created_by),
      outputs: {
        data: facts.outputIds.map((id) => ({ id, type: 'state-version-outputs' })),
        links: { related: `${self}/outputs` },
      },
      'rollback-state-version': referenceOrNull('state-versions', version.rollback_state_version_id),
      'previous-state-version': referenceOrNull('state-versions', facts.previousId),
      'next-state-version': referenceOrNull('state-versions', facts.nextId),
    },
    links: { self },
  };
}

/** An output with its value, which is JSON of any size and with any numbers. */
export type OutputWithValue = Omit<Row<'state_version_output'>, 'value'> & { value: string };

export interface OutputForm {
  /** Whether a sensitive value is shown (api-contract §5.7). */
  reveal: boolean;
  /**
   * The terraform CLI reads numbers as floats before it looks at their type. A number that is sent as a text keeps its
   * exact value, by its type. The CLI cannot read one beyond all floats: without a type it reads the state instead.
   */
  forTerraform?: boolean;
}

export function outputResource(output: OutputWithValue, { reveal, forTerraform = false }: OutputForm) {
  const isUntyped = output.detailed_type === null || (forTerraform && holdsNumberBeyondFloats(output.value));
  const type = isUntyped ? null : new JsonText(output.detailed_type ?? 'null');
  const value = forTerraform ? quoteInexactNumbers(output.value) : output.value;
  return {
    id: output.id,
    type: 'state-version-outputs',
    attributes: {
      name: output.name,
      sensitive: output.sensitive,
      type: typeName(output.detailed_type),
      value: output.sensitive && !reveal ? null : new JsonText(value),
      'detailed-type': type,
      // The public documentation uses this spelling.
      detailed_type: type,
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

/** Terraform writes a type as `"string"` or `["object", {…}]`. @param detailedType JSON */
export function typeName(detailedType: string | null): string {
  const head = /^\s*\[?\s*"(\w+)"/.exec(detailedType ?? '')?.[1] ?? '';
  return Object.hasOwn(TYPE_NAMES, head) ? (TYPE_NAMES[head] ?? 'dynamic') : 'dynamic';
}
