import * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import { readableProjects, readableWorkspaces } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { Permissions, resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { parseInclude, reference, timestamp } from '../http/json-api.ts';
import { refuse } from '../http/refusal.ts';
import { readWorkspaces } from '../workspaces/service.ts';
import { describeWorkspaces } from '../workspaces/describe.ts';
import { variableResource } from '../variables/document.ts';
import { readSetDetails, type SetDetails, type VariableSet } from './scopes.ts';
import { updatableSets } from './service.ts';
import { readOrganizationName } from '../organizations/service.ts';

export const VariableSetSchema = resource(
  'varsets',
  {
    name: z.string(),
    description: z.string(),
    global: z.boolean(),
    priority: z.boolean(),
    'created-at': Timestamp,
    'updated-at': Timestamp,
    'var-count': z.int(),
    'workspace-count': z.int(),
    'project-count': z.int(),
    permissions: Permissions,
  },
  {
    organization: toOne('organizations'),
    parent: toOne('organizations', 'projects'),
    vars: toMany('vars'),
    workspaces: toMany('workspaces'),
    projects: toMany('projects'),
  },
);

const references = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ id, type })) });

function setResource(
  { set, variableIds, workspaceIds, projectIds }: SetDetails,
  organizationName: string,
  canUpdate: boolean,
) {
  return {
    id: set.id,
    type: 'varsets',
    attributes: {
      name: set.name,
      description: set.description,
      global: set.is_global,
      priority: set.priority,
      'created-at': timestamp(set.created_at),
      'updated-at': timestamp(set.updated_at),
      'var-count': variableIds.length,
      'workspace-count': workspaceIds.length,
      'project-count': projectIds.length,
      permissions: { 'can-update': canUpdate },
    },
    relationships: {
      organization: reference('organizations', organizationName),
      parent:
        set.project_id === null
          ? reference('organizations', organizationName)
          : reference('projects', set.project_id),
      vars: references('vars', variableIds),
      workspaces: references('workspaces', workspaceIds),
      projects: references('projects', projectIds),
    },
    links: { self: `/api/v2/varsets/${set.id}` },
  };
}

/**
 * The documents of sets of one organization, with the resources that `include` names: `vars`, `workspaces` and
 * `projects`. The caller may read the sets; unreadable workspaces and projects are neither named nor counted.
 *
 * @throws 400 another `include`
 */
export async function setDocuments(
  platform: Platform,
  caller: Caller,
  sets: readonly VariableSet[],
  include?: string,
) {
  const { db } = platform;
  const names = parseInclude(include);
  if (names.some((name) => !['vars', 'workspaces', 'projects'].includes(name))) refuse('invalid_include');
  const [first] = sets;
  if (first === undefined) return { data: [] };
  const details = await readSetDetails(db, sets, {
    workspaces: await readableWorkspaces(db, caller, first.organization_id),
    projects: await readableProjects(db, caller, first.organization_id),
  });
  const organization = await readOrganizationName(db, first.organization_id);
  const updatable = await updatableSets(platform, caller, sets);
  const data = details.map((detail) => setResource(detail, organization, updatable.has(detail.set.id)));
  const ids = (pick: (detail: SetDetails) => string[]): string[] => ['', ...new Set(details.flatMap(pick))];
  const included: { id: string; type: string }[] = [];
  if (names.includes('vars')) {
    const setIds = sets.map(({ id }) => id);
    const variables = await db.selectFrom('variable').selectAll().where('varset_id', 'in', setIds).execute();
    included.push(...variables.map(variableResource));
  }
  if (names.includes('workspaces')) {
    const workspaces = await readWorkspaces(
      platform,
      ids(({ workspaceIds }) => workspaceIds),
    );
    included.push(...(await describeWorkspaces(platform, caller, workspaces)));
  }
  if (names.includes('projects')) {
    const wanted = ids(({ projectIds }) => projectIds);
    const projects = await db
      .selectFrom('project')
      .select(['id', 'name'])
      .where('id', 'in', wanted)
      .execute();
    included.push(...projects.map(({ id, name }) => ({ id, type: 'projects', attributes: { name } })));
  }
  return { data, ...(included.length > 0 ? { included } : {}) };
}
