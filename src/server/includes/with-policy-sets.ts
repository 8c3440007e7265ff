import type { Caller } from '../access/caller.ts';
import { organizationRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { parseInclude } from '../http/json-api.ts';
import { organizationResource } from '../organizations/document.ts';
import { describePolicies } from '../policies/document.ts';
import {
  policySetResource,
  versionResource,
  type PolicySet,
  type SetRelations,
} from '../policy-sets/document.ts';
import { readSetRelations } from '../policy-sets/relations.ts';
import { describeWorkspaces } from '../workspaces/describe.ts';
import { readWorkspaces } from '../workspaces/service.ts';

/** The resources that policy sets can include. */
export const SET_INCLUDES = [
  ...['policies', 'workspaces', 'workspace_exclusions', 'projects', 'project_exclusions'],
  ...['current_version', 'newest_version', 'organization'],
];

/** Policy sets of one organization with what `include` names; each once, and only what the caller may see. */
export async function describePolicySets(
  platform: Platform,
  caller: Caller,
  sets: readonly PolicySet[],
  include?: string,
) {
  const [first] = sets;
  if (first === undefined) return { data: [] };
  const organization = await platform.db
    .selectFrom('organization')
    .selectAll()
    .where('id', '=', first.organization_id)
    .executeTakeFirstOrThrow();
  const relations = await readSetRelations(platform, caller, sets);
  const data = sets.flatMap((set) => {
    const own = relations.get(set.id);
    return own === undefined ? [] : [policySetResource(set, organization.name, own)];
  });
  const names = parseInclude(include);
  if (names.length === 0) return { data };
  const included = await includeMembers(platform, caller, [...relations.values()], names);
  const versions = await readVersions(platform, sets, [...relations.values()], names);
  included.push(...versions.map((version) => versionResource(version, null)));
  if (names.includes('policies')) {
    const ids = [...relations.values()].flatMap((own) => own.policies);
    const policies = await platform.db
      .selectFrom('policy')
      .selectAll()
      .where('id', 'in', ['', ...ids])
      .execute();
    included.push(...(await describePolicies(platform.db, organization.name, policies)));
  }
  if (names.includes('organization')) {
    const rights = await organizationRights(platform.db, caller, organization.id);
    included.push(organizationResource(organization, null, rights.organization));
  }
  return { data, included };
}

async function includeMembers(
  platform: Platform,
  caller: Caller,
  relations: readonly SetRelations[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const ids = (word: string, pick: (own: SetRelations) => string[]): string[] =>
    names.includes(word) ? relations.flatMap(pick) : [];
  const workspaceIds = [
    ...ids('workspaces', (own) => own.workspaces),
    ...ids('workspace_exclusions', (own) => own.excludedWorkspaces),
  ];
  const projectIds = [
    ...ids('projects', (own) => own.projects),
    ...ids('project_exclusions', (own) => own.excludedProjects),
  ];
  const workspaces =
    workspaceIds.length === 0 ? [] : await readWorkspaces(platform, [...new Set(workspaceIds)]);
  const projects = await platform.db
    .selectFrom('project')
    .select(['id', 'name'])
    .where('id', 'in', ['', ...projectIds])
    .execute();
  return [
    ...(await describeWorkspaces(platform, caller, workspaces)),
    ...projects.map(({ id, name }) => ({ id, type: 'projects', attributes: { name } })),
  ];
}

async function readVersions(
  { db }: Platform,
  sets: readonly PolicySet[],
  relations: readonly SetRelations[],
  names: readonly string[],
) {
  const ids = [
    ...(names.includes('current_version') ? sets.map((set) => set.current_version_id) : []),
    ...(names.includes('newest_version') ? relations.map((own) => own.newestVersionId) : []),
  ].filter((id) => id !== null);
  if (ids.length === 0) return [];
  return await db.selectFrom('policy_set_version').selectAll().where('id', 'in', ids).execute();
}
