import { JsonText } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { organizationRights, projectRights, workspaceRights } from '../access/rights.ts';
import { userSeenBy } from '../access/user-document.ts';
import { poolResources } from '../agent-pools/document.ts';
import { configurationVersionResource } from '../configurations/document.ts';
import type { Platform } from '../context.ts';
import type { WorkspacePermission } from '../http/permission.ts';
import { organizationResource } from '../organizations/document.ts';
import { projectResource } from '../projects/document.ts';
import { countInProjects } from '../projects/service.ts';
import { runResourcesWithRelated } from './run-resources.ts';
import { stateVersionResource, typeName } from '../states/document.ts';
import { readFacts, readOutputs } from '../states/service.ts';
import { effectiveBindingResource } from '../tags/document.ts';
import { readableTeamResources } from '../teams/describe.ts';
import { variableResource } from '../variables/document.ts';
import { readWorkspaceFacts, type WorkspaceFacts } from '../workspaces/facts.ts';
import { RUN_PARTS } from '../workspaces/include-names.ts';
import type { WorkspaceView } from '../workspaces/queries.ts';

type Included = { id: string; type: string };

interface Scene {
  platform: Platform;
  caller: Caller;
  workspaces: readonly WorkspaceView[];
  facts: ReadonlyMap<string, WorkspaceFacts>;
  /** The workspaces in which the caller has this permission: nothing of the others is included. */
  where: (permission: WorkspacePermission) => WorkspaceView[];
  names: readonly string[];
}

/** How to find the resources of each `include` name (include-names.ts). */
const KINDS: Record<string, (scene: Scene) => Promise<Included[]>> = {
  organization: includeOrganizations,
  project: includeProjects,
  current_run: async (scene) => await includeRuns(scene, 'current_run', (each) => each.current_run_id),
  latest_run: async (scene) =>
    await includeRuns(scene, 'latest_run', ({ id }) => scene.facts.get(id)?.latestRunId ?? null),
  current_configuration_version: includeConfigurations,
  current_state_version: includeStates,
  locked_by: includeLockers,
  outputs: includeOutputs,
  readme: includeReadmes,
  vars: includeVariables,
  agent_pool: includePools,
  effective_tag_bindings: includeBindings,
};

/** The resources that `include` names with workspaces, each once, in a few queries for all of them. */
export async function includeWithWorkspaces(
  platform: Platform,
  caller: Caller,
  workspaces: readonly WorkspaceView[],
  names: readonly string[],
): Promise<Included[]> {
  if (names.length === 0 || workspaces.length === 0) return [];
  const rights = await workspaceRights(platform.db, caller, workspaces);
  const scene: Scene = {
    platform,
    caller,
    workspaces,
    facts: await readWorkspaceFacts(platform.db, workspaces),
    where: (permission) => workspaces.filter(({ id }) => rights.get(id)?.has(permission) ?? false),
    names,
  };
  const found: Included[] = [];
  for (const kind of new Set(names.map((name) => name.split('.', 1)[0] ?? ''))) {
    found.push(...((await KINDS[kind]?.(scene)) ?? []));
  }
  return [...new Map(found.map((each) => [`${each.type} ${each.id}`, each])).values()];
}

const idsOf = (
  workspaces: readonly WorkspaceView[],
  pick: (each: WorkspaceView) => string | null,
): string[] => [...new Set(workspaces.map(pick).filter((id) => id !== null))];

async function includeOrganizations({ platform, caller, workspaces }: Scene): Promise<Included[]> {
  const organizations = await platform.db
    .selectFrom('organization')
    .selectAll()
    .where(
      'id',
      'in',
      idsOf(workspaces, (each) => each.organization_id),
    )
    .execute();
  const found: Included[] = [];
  for (const organization of organizations) {
    const rights = await organizationRights(platform.db, caller, organization.id);
    // The program of a run is a member of no organization.
    if (!rights.organization.has('member')) continue;
    found.push(organizationResource(organization, null, rights.organization));
  }
  return found;
}

async function includeProjects({ platform, caller, workspaces }: Scene): Promise<Included[]> {
  const ids = idsOf(workspaces, (each) => each.project_id);
  const projects = await platform.db.selectFrom('project').selectAll().where('id', 'in', ids).execute();
  const rights = await projectRights(platform.db, caller, projects);
  const counts = await countInProjects(platform, ids);
  const organizations = await platform.db
    .selectFrom('organization')
    .select(['id', 'name', 'default_execution_mode', 'default_agent_pool_id'])
    .where(
      'id',
      'in',
      idsOf(workspaces, (each) => each.organization_id),
    )
    .execute();
  return projects.flatMap((project) => {
    const allowed = rights.get(project.id);
    const count = counts.get(project.id) ?? { workspaces: 0, teams: 0 };
    const organization = organizations.find(({ id }) => id === project.organization_id);
    return organization !== undefined && allowed?.has('read')
      ? [projectResource(project, organization, count, allowed)]
      : [];
  });
}

async function includeRuns(
  { platform, caller, workspaces, names }: Scene,
  name: 'current_run' | 'latest_run',
  pick: (each: WorkspaceView) => string | null,
): Promise<Included[]> {
  const parts = RUN_PARTS.filter((part) => names.includes(`${name}.${part}`));
  return await runResourcesWithRelated(platform, caller, idsOf(workspaces, pick), parts);
}

async function includeConfigurations({ platform, where }: Scene): Promise<Included[]> {
  const ids = idsOf(where('read-runs'), (each) => each.current_configuration_version_id);
  if (ids.length === 0) return [];
  const versions = await platform.db
    .selectFrom('configuration_version')
    .selectAll()
    .where('id', 'in', ids)
    .execute();
  return versions.map((version) => configurationVersionResource(version, null));
}

async function includeStates({ platform, caller, where }: Scene): Promise<Included[]> {
  const ids = idsOf(where('read-state'), (each) => each.current_state_version_id);
  if (ids.length === 0) return [];
  const versions = await platform.db.selectFrom('state_version').selectAll().where('id', 'in', ids).execute();
  const facts = await readFacts(platform, caller, versions);
  return versions.flatMap((version) => {
    const own = facts.get(version.id);
    return own === undefined ? [] : [stateVersionResource(version, own)];
  });
}

/** People, runs, and teams as far as the caller may see them. */
async function includeLockers({ platform, caller, where }: Scene): Promise<Included[]> {
  const workspaces = where('read-settings');
  const userIds = idsOf(workspaces, (each) => (each.locker_team_id === null ? each.locked_by : null));
  const runIds = idsOf(workspaces, (each) => each.holder_run_id);
  const users =
    userIds.length === 0
      ? []
      : await platform.db.selectFrom('users').selectAll().where('id', 'in', userIds).execute();
  const teamIds = idsOf(workspaces, (each) => each.locker_team_id);
  return [
    ...users.map(userSeenBy(caller)),
    ...(await readableTeamResources(platform, caller, teamIds)),
    ...(await runResourcesWithRelated(platform, caller, runIds, [])),
  ];
}

/** Sensitive values are null. */
async function includeOutputs({ platform, where }: Scene): Promise<Included[]> {
  const ids = idsOf(where('read-state-outputs'), (each) => each.current_state_version_id);
  return (await readOutputs(platform, ids)).map((output) => ({
    id: output.id,
    type: 'workspace-outputs',
    attributes: {
      name: output.name,
      sensitive: output.sensitive,
      'output-type': typeName(output.detailed_type),
      value: output.sensitive ? null : new JsonText(output.value),
    },
  }));
}

/** A workspace has at most one README, which has the workspace's own id. */
async function includeReadmes({ platform, where }: Scene): Promise<Included[]> {
  const readmes = await platform.db
    .selectFrom('configuration_readme')
    .innerJoin(
      'workspace',
      'workspace.current_configuration_version_id',
      'configuration_readme.configuration_version_id',
    )
    .select(['workspace.id', 'configuration_readme.markdown'])
    .where('workspace.id', 'in', ['', ...where('read-runs').map(({ id }) => id)])
    .execute();
  return readmes.map(({ id, markdown }) => ({
    id,
    type: 'workspace-readme',
    attributes: { 'raw-markdown': markdown },
  }));
}

async function includeVariables({ platform, where }: Scene): Promise<Included[]> {
  const ids = idsOf(where('read-variables'), ({ id }) => id);
  if (ids.length === 0) return [];
  const variables = await platform.db
    .selectFrom('variable')
    .selectAll()
    .where('workspace_id', 'in', ids)
    .orderBy('key')
    .execute();
  return variables.map(variableResource);
}

async function includePools({ platform, caller, where }: Scene): Promise<Included[]> {
  const workspaces = where('read-settings');
  const found: Included[] = [];
  for (const organizationName of new Set(workspaces.map((each) => each.organization_name))) {
    const own = workspaces.filter((each) => each.organization_name === organizationName);
    const ids = idsOf(own, (each) => each.agent_pool_id);
    if (ids.length === 0) continue;
    const pools = await platform.db.selectFrom('agent_pool').selectAll().where('id', 'in', ids).execute();
    found.push(...(await poolResources(platform, caller, pools, organizationName)));
  }
  return found;
}

async function includeBindings({ workspaces, facts }: Scene): Promise<Included[]> {
  return workspaces.flatMap(({ id, project_id: projectId }) =>
    (facts.get(id)?.bindings ?? []).map((binding) => effectiveBindingResource(id, projectId, binding)),
  );
}
