import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Database, Row } from '../database/schema.ts';
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
    'policy-tool-version': z.string().nullable(),
    'policies-path': z.string().nullable(),
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

/** Sets of one organization, with all that they are given to, in few queries. */
export async function describePolicySets(
  db: Kysely<Database>,
  organizationName: string,
  sets: readonly PolicySet[],
) {
  if (sets.length === 0) return [];
  const ids = sets.map(({ id }) => id);
  const scope = { of: 'policy_set_id', in: ids } as const;
  const workspaces = await db
    .selectFrom('policy_set_workspace')
    .selectAll()
    .where(scope.of, 'in', ids)
    .orderBy('workspace_id')
    .execute();
  const projects = await db
    .selectFrom('policy_set_project')
    .selectAll()
    .where(scope.of, 'in', ids)
    .orderBy('project_id')
    .execute();
  const policies = await db
    .selectFrom('policy_set_policy')
    .selectAll()
    .where(scope.of, 'in', ids)
    .orderBy('policy_id')
    .execute();
  const versions = await db
    .selectFrom('policy_set_version')
    .select(['id', 'policy_set_id', 'policies'])
    .where(scope.of, 'in', ids)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return sets.map((set) => {
    const own = <T extends { policy_set_id: string }>(rows: readonly T[]): T[] =>
      rows.filter(({ policy_set_id }) => policy_set_id === set.id);
    const inWorkspaces = (excluded: boolean) =>
      own(workspaces)
        .filter((row) => row.excluded === excluded)
        .map(({ workspace_id }) => workspace_id);
    const inProjects = (excluded: boolean) =>
      own(projects)
        .filter((row) => row.excluded === excluded)
        .map(({ project_id }) => project_id);
    const policyIds = own(policies).map(({ policy_id }) => policy_id);
    const current = own(versions).find(({ id }) => id === set.current_version_id);
    return {
      id: set.id,
      type: 'policy-sets',
      attributes: {
        name: set.name,
        description: set.description,
        kind: set.kind,
        global: set.is_global,
        overridable: true,
        'agent-enabled': false,
        'policy-tool-version': null,
        'policies-path': null,
        'vcs-repo': null,
        versioned: own(versions).length > 0,
        'policy-count': policyIds.length + (current?.policies.length ?? 0),
        'workspace-count': inWorkspaces(false).length,
        'project-count': inProjects(false).length,
        'workspace-exclusion-count': inWorkspaces(true).length,
        'project-exclusion-count': inProjects(true).length,
        'created-at': timestamp(set.created_at),
        'updated-at': timestamp(set.updated_at),
      },
      relationships: {
        organization: reference('organizations', organizationName),
        policies: listed('policies', policyIds),
        workspaces: listed('workspaces', inWorkspaces(false)),
        projects: listed('projects', inProjects(false)),
        'workspace-exclusions': listed('workspaces', inWorkspaces(true)),
        'project-exclusions': listed('projects', inProjects(true)),
        'current-version': referenceOrNull('policy-set-versions', set.current_version_id),
        'newest-version': referenceOrNull('policy-set-versions', own(versions)[0]?.id ?? null),
      },
      links: { self: `/api/v2/policy-sets/${set.id}` },
    };
  });
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

/** @param upload the address to upload its archive to; null where it has one, or for those who may not */
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

/** Of the same type as other variables in the API, and with other attributes. */
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
