import * as z from 'zod';
import { deleteTool } from '../../tool/delete-tool.ts';
import {
  attributesOf,
  Ids,
  OrganizationName,
  paging,
  paramsOf,
  toolInput,
  wholePaging,
} from '../../tool/inputs.ts';
import { pageOfWhole } from '../../answer/list-page.ts';
import { reportList } from '../../answer/report.ts';
import { changeTool, listTool, readTool } from '../../tool/resource-tool.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';

/** Checked here and not by a published pattern: Python and Go do not know JavaScript's Unicode classes. */
const ProjectName = z.string().refine((name) => /^[\p{L}\p{N} _-]{3,40}$/u.test(name), {
  error: 'A project name has 3 to 40 letters, digits, spaces, dashes and underscores',
});
const TagBindings = z.array(z.strictObject({ key: z.string().min(1), value: z.string().optional() })).max(10);
const projectFields = {
  description: z.string().max(256).optional(),
  auto_destroy_activity_duration: z.string().nullable().optional(),
  default_execution_mode: z.enum(['remote', 'local', 'agent']).optional(),
  tag_bindings: TagBindings.optional(),
};
const project = ({ project_id }: { project_id: string }): string => `project ${project_id}`;
const project_id = Ids.project;
const toolsets = ['projects'] as const;

export const projectTools: readonly Tool[] = [
  listTool({
    name: 'list_projects',
    title: 'List projects',
    description:
      'Lists the projects of an organization. q finds a part of the name; filter_names takes exact ones.',
    toolsets,
    input: toolInput('list_projects', {
      organization: OrganizationName,
      ...paging,
      q: z.string().max(200).optional(),
      filter_names: z.string().max(500).optional(),
      filter_permissions_update: z.boolean().optional(),
      filter_permissions_create_workspace: z.boolean().optional(),
      sort: z.enum(['name', '-name']).optional(),
    }),
    subject: ({ organization }) => `organization ${organization}`,
    rows: ({ organization }) => `projects of organization ${organization}`,
    list: (args, { client, signal }) =>
      client.projects.list(args.organization, {
        pageNumber: args.page_number,
        pageSize: args.page_size,
        q: args.q,
        names: args.filter_names,
        canUpdate: args.filter_permissions_update,
        canCreateWorkspace: args.filter_permissions_create_workspace,
        sort: args.sort,
        signal,
      }),
  }),
  readTool({
    name: 'get_project_details',
    title: 'Get project details',
    description: 'Reads one project.',
    toolsets,
    input: toolInput('get_project_details', { project_id }),
    subject: project,
    read: ({ project_id: id }, { client, signal }) => client.projects.read(id, { signal }),
  }),
  changeTool({
    name: 'create_project',
    title: 'Create project',
    description: 'Creates a project in an organization.',
    toolsets,
    isDestructive: false,
    input: toolInput('create_project', {
      organization: OrganizationName,
      name: ProjectName,
      params: paramsOf(projectFields).optional(),
    }),
    subject: ({ organization }) => `a project in organization ${organization}`,
    done: 'Created',
    change: ({ organization, name, params = {} }, { client, signal }) => {
      const { tag_bindings: tagBindings, ...rest } = params;
      return client.projects.create(organization, { ...attributesOf(rest), name, tagBindings }, { signal });
    },
  }),
  changeTool({
    name: 'update_project',
    title: 'Update project',
    description: 'Changes a project: exactly what params names.',
    toolsets,
    input: toolInput('update_project', {
      project_id,
      params: paramsOf({ name: ProjectName.optional(), ...projectFields }),
    }),
    subject: project,
    done: 'Changed',
    change: ({ project_id: id, params }, { client, signal }) => {
      const { tag_bindings: tagBindings, ...rest } = params;
      return client.projects.update(id, { ...attributesOf(rest), tagBindings }, { signal });
    },
  }),
  deleteTool({
    name: 'delete_project',
    title: 'Delete project',
    description: 'Deletes a project that has no workspaces. Asks for approval.',
    toolsets,
    input: toolInput('delete_project', { project_id }),
    subject: project,
    loss: async ({ project_id: id }, { client, signal }) => {
      const { attributes } = await client.projects.read(id, { signal });
      return { id, name: attributes.name };
    },
    remove: ({ project_id: id }, { client, signal }) => client.projects.delete(id, { signal }),
  }),
  listTool({
    name: 'list_project_tag_bindings',
    title: 'List project tags',
    description: 'Lists the key-value tags of a project.',
    toolsets,
    input: toolInput('list_project_tag_bindings', { project_id, ...wholePaging }),
    subject: project,
    rows: ({ project_id: id }) => `tags of project ${id}`,
    list: async ({ project_id: id, page_number, page_size }, { client, signal }) =>
      pageOfWhole(
        await client.projects.tagBindings(id, { pageNumber: page_number, pageSize: page_size, signal }),
        { page_number, page_size },
      ),
  }),
  defineTool({
    name: 'add_update_project_tag_bindings',
    title: 'Add or update project tags',
    description: 'Adds key-value tags to a project or changes their values. Tags that are not named stay.',
    kind: 'write',
    toolsets,
    isIdempotent: true,
    input: toolInput('add_update_project_tag_bindings', { project_id, tag_bindings: TagBindings }),
    subject: project,
    async handle({ project_id: id, tag_bindings }, context) {
      const { client, signal } = context;
      const place = { page_number: 1, page_size: 100 };
      const page = pageOfWhole(await client.projects.setTagBindings(id, tag_bindings, { signal }), place);
      const again = { tool: 'list_project_tag_bindings', arguments: { project_id: id, ...place } };
      return reportList(`tags of project ${id}`, page, context, { again, facts: { project_id: id } });
    },
  }),
  changeTool({
    name: 'move_workspaces_to_project',
    title: 'Move workspaces to project',
    description: 'Moves workspaces into a project; who may use them changes with it.',
    toolsets,
    isIdempotent: true,
    input: toolInput('move_workspaces_to_project', {
      project_id,
      workspace_ids: z.array(Ids.workspace).min(1).max(100),
    }),
    subject: project,
    done: 'Moved workspaces to',
    change: async ({ project_id: id, workspace_ids }, { client, signal }) => {
      await client.projects.moveWorkspaces(id, workspace_ids, { signal });
      return undefined;
    },
  }),
];
