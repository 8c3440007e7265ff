import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { resource, StatusTimestamps, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';

export type PolicySet = Row<'policy_set'>;
export type PolicySetVersion = Row<'policy_set_version'>;

const count = z.int().min(0);

export const PolicySetSchema = resource(
  'policy-sets',
  {
    name: z.string(),
    description: z.string(),
    kind: z.enum(['cel', 'opa']),
    global: z.boolean(),
    overridable: z.boolean(),
    'agent-enabled': z.boolean(),
    'policy-tool-version': z.null(),
    'policies-path': z.null(),
    'policy-update-patterns': z.array(z.string()),
    'tag-selectors': z.array(z.unknown()),
    'vcs-repo': z.null(),
    versioned: z.boolean(),
    'policy-count': count,
    'workspace-count': count,
    'project-count': count,
    'workspace-exclusion-count': count,
    'project-exclusion-count': count,
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  {
    organization: toOne('organizations'),
    policies: toMany('policies'),
    workspaces: toMany('workspaces'),
    projects: toMany('projects'),
    'workspace-exclusions': toMany('workspaces'),
    'project-exclusions': toMany('projects'),
    'current-version': toOne('policy-set-versions'),
    'newest-version': toOne('policy-set-versions'),
  },
);

const listed = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ id, type })) });

/** The members of a set, by their ids. */
export interface SetRelations {
  policies: string[];
  workspaces: string[];
  projects: string[];
  excludedWorkspaces: string[];
  excludedProjects: string[];
  newestVersionId: string | null;
  /** Number of policies that came with its current version. */
  uploadedPolicies: number;
}

export function policySetResource(set: PolicySet, organizationName: string, of: SetRelations) {
  return {
    id: set.id,
    type: 'policy-sets',
    attributes: {
      name: set.name,
      description: set.description,
      kind: set.kind,
      global: set.is_global,
      overridable: set.overridable,
      'agent-enabled': set.agent_enabled,
      'policy-tool-version': null,
      'policies-path': null,
      'policy-update-patterns': [],
      'tag-selectors': [],
      'vcs-repo': null,
      versioned: of.newestVersionId !== null,
      'policy-count': of.policies.length + of.uploadedPolicies,
      'workspace-count': of.workspaces.length,
      'project-count': of.projects.length,
      'workspace-exclusion-count': of.excludedWorkspaces.length,
      'project-exclusion-count': of.excludedProjects.length,
      'created-at': timestamp(set.created_at),
      'updated-at': timestamp(set.updated_at),
    },
    relationships: {
      organization: reference('organizations', organizationName),
      policies: listed('policies', of.policies),
      workspaces: listed('workspaces', of.workspaces),
      projects: listed('projects', of.projects),
      'workspace-exclusions': listed('workspaces', of.excludedWorkspaces),
      'project-exclusions': listed('projects', of.excludedProjects),
      'current-version': referenceOrNull('policy-set-versions', set.current_version_id),
      'newest-version': referenceOrNull('policy-set-versions', of.newestVersionId),
    },
    links: { self: `/api/v2/policy-sets/${set.id}` },
  };
}

export const PolicySetVersionSchema = resource(
  'policy-set-versions',
  {
    source: z.literal('tfe-api'),
    status: z.enum(['pending', 'ready', 'errored']),
    'status-timestamps': StatusTimestamps,
    error: z.string().nullable(),
    'error-message': z.string().nullable(),
    policies: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        'enforcement-level': z.string(),
        kind: z.string(),
      }),
    ),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { 'policy-set': toOne('policy-sets') },
);

/** @param upload the address to upload its archive to; null if it has one, or the caller may not upload */
export function versionResource(version: PolicySetVersion, upload: string | null) {
  return {
    id: version.id,
    type: 'policy-set-versions',
    attributes: {
      source: 'tfe-api' as const,
      status: version.status,
      'status-timestamps': version.status_timestamps,
      error: version.error === null ? null : 'invalid',
      'error-message': version.error,
      policies: version.policies.map(({ name, description, level, rule }) => ({
        name,
        description,
        'enforcement-level': level,
        kind: rule.language,
      })),
      'created-at': timestamp(version.created_at),
      'updated-at': timestamp(version.updated_at),
    },
    relationships: { 'policy-set': reference('policy-sets', version.policy_set_id) },
    links: {
      self: `/api/v2/policy-set-versions/${version.id}`,
      ...(upload === null ? {} : { upload }),
    },
  };
}

/** The type is that of other variables in the API; the attributes differ. */
export const PolicySetParameterSchema = z
  .object({
    id: z.string(),
    type: z.literal('vars'),
    attributes: z.object({
      key: z.string(),
      value: z.string().nullable(),
      sensitive: z.boolean(),
      category: z.literal('policy-set'),
    }),
    relationships: z.object({ configurable: toOne('policy-sets') }),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'PolicySetParameter' });

/** Sensitive values are never sent back. */
export const parameterResource = (parameter: Row<'policy_set_parameter'>) => ({
  id: parameter.id,
  type: 'vars',
  attributes: {
    key: parameter.key,
    value: parameter.value,
    sensitive: parameter.sensitive,
    category: 'policy-set' as const,
  },
  relationships: { configurable: reference('policy-sets', parameter.policy_set_id) },
  links: { self: `/api/v2/policy-sets/${parameter.policy_set_id}/parameters/${parameter.id}` },
});
