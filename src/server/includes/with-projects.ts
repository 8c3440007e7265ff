import type { Caller } from '../access/caller.ts';
import { organizationRights, projectRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { parseInclude } from '../http/json-api.ts';
import { organizationResource } from '../organizations/document.ts';
import { mergeBindings } from '../tags/bindings.ts';
import { effectiveBindingResource } from '../tags/document.ts';
import { readProjectBindings } from '../tags/queries.ts';
import { projectResource } from '../projects/document.ts';
import { countInProjects, type Project } from '../projects/service.ts';

/** Projects of one organization with the resources that `include` names: `organization`, `effective_tag_bindings`. */
export async function describeProjects(
  view: Platform,
  caller: Caller,
  projects: readonly Project[],
  include?: string,
) {
  const [first] = projects;
  if (first === undefined) return { data: [] };
  const names = parseInclude(include);
  const organization = await view.db
    .selectFrom('organization')
    .selectAll()
    .where('id', '=', first.organization_id)
    .executeTakeFirstOrThrow();
  const rights = await projectRights(view.db, caller, projects);
  const counts = await countInProjects(
    view,
    projects.map(({ id }) => id),
  );
  const included: { id: string; type: string }[] = [];
  if (names.includes('organization')) {
    const own = await organizationRights(view.db, caller, organization.id);
    included.push(organizationResource(organization, null, own.organization));
  }
  const data = [];
  for (const project of projects) {
    const resource = projectResource(
      project,
      organization,
      counts.get(project.id) ?? { workspaces: 0, teams: 0 },
      rights.get(project.id) ?? new Set(),
    );
    if (!names.includes('effective_tag_bindings')) {
      data.push(resource);
      continue;
    }
    const bindings = mergeBindings(await readProjectBindings(view.db, project.id), []).map((binding) =>
      effectiveBindingResource(project.id, project.id, binding),
    );
    included.push(...bindings);
    const references = bindings.map(({ id, type }) => ({ id, type }));
    data.push({
      ...resource,
      relationships: { ...resource.relationships, 'effective-tag-bindings': { data: references } },
    });
  }
  return { data, ...(names.length === 0 ? {} : { included }) };
}
