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
import { changeTool, listTool, readTool } from '../../tool/resource-tool.ts';
import type { Tool } from '../../tool/tool.ts';
import { VariableCategory, VariableChanges, VariableKey, VariableParams } from './variables.ts';

const setFields = {
  description: z.string().max(512).optional(),
  global: z.boolean().optional().describe('For every workspace of the organization'),
  priority: z.boolean().optional().describe('Its values win over all others'),
};
const varset_id = Ids.variableSet;
const set = ({ varset_id: id }: { varset_id: string }): string => `variable set ${id}`;
const toolsets = ['variables'] as const;

export const variableSetTools: readonly Tool[] = [
  listTool({
    name: 'list_variable_sets',
    title: 'List variable sets',
    description: 'Lists the variable sets of an organization.',
    toolsets,
    input: toolInput('list_variable_sets', { organization: OrganizationName, ...paging }),
    subject: ({ organization }) => `organization ${organization}`,
    rows: ({ organization }) => `variable sets of organization ${organization}`,
    list: ({ organization, page_number: pageNumber, page_size: pageSize }, { client, signal }) =>
      client.variableSets.list(organization, { pageNumber, pageSize, signal }),
  }),
  readTool({
    name: 'get_variable_set',
    title: 'Get variable set',
    description: 'Reads one variable set, with the ids of its workspaces and projects.',
    toolsets,
    input: toolInput('get_variable_set', { varset_id }),
    subject: set,
    read: ({ varset_id: id }, { client, signal }) => client.variableSets.read(id, { signal }),
  }),
  changeTool({
    name: 'create_variable_set',
    title: 'Create variable set',
    description: 'Creates an empty variable set in an organization.',
    toolsets,
    isDestructive: false,
    input: toolInput('create_variable_set', {
      organization: OrganizationName,
      name: z.string().min(1).max(255),
      params: paramsOf(setFields).optional(),
    }),
    subject: ({ organization }) => `a variable set in organization ${organization}`,
    done: 'Created',
    change: ({ organization, name, params }, { client, signal }) =>
      client.variableSets.create(organization, { ...attributesOf(params), name }, { signal }),
  }),
  changeTool({
    name: 'update_variable_set',
    title: 'Update variable set',
    description: 'Changes a variable set: exactly what params names.',
    toolsets,
    input: toolInput('update_variable_set', {
      varset_id,
      params: paramsOf({ name: z.string().min(1).max(255).optional(), ...setFields }),
    }),
    subject: set,
    done: 'Changed',
    change: ({ varset_id: id, params }, { client, signal }) =>
      client.variableSets.update(id, attributesOf(params), { signal }),
  }),
  deleteTool({
    name: 'delete_variable_set',
    title: 'Delete variable set',
    description:
      'Deletes a variable set with its variables; workspaces that use them lose them. Asks for approval.',
    toolsets,
    input: toolInput('delete_variable_set', { varset_id }),
    subject: set,
    loss: async ({ varset_id: id }, { client, signal }) => {
      const { attributes } = await client.variableSets.read(id, { signal });
      return { id, name: attributes.name, var_count: attributes['var-count'] ?? null };
    },
    remove: ({ varset_id: id }, { client, signal }) => client.variableSets.delete(id, { signal }),
  }),
  ...assignments(),
  listTool({
    name: 'list_variables_in_variable_set',
    title: 'List variables in a variable set',
    description: 'Lists the variables of a variable set. Sensitive values are not shown.',
    toolsets,
    input: toolInput('list_variables_in_variable_set', { varset_id, ...wholePaging }),
    subject: set,
    rows: ({ varset_id: id }) => `variables of variable set ${id}`,
    list: async ({ varset_id: id, page_number, page_size }, { client, signal }) =>
      pageOfWhole(
        await client.variableSets.listVariables(id, { pageNumber: page_number, pageSize: page_size, signal }),
        { page_number, page_size },
      ),
  }),
  changeTool({
    name: 'create_variable_in_variable_set',
    title: 'Create variable in a variable set',
    description: 'Adds a variable to a variable set. category: terraform or env.',
    toolsets,
    isDestructive: false,
    input: toolInput('create_variable_in_variable_set', {
      varset_id,
      key: VariableKey,
      category: VariableCategory,
      params: VariableParams.optional(),
    }),
    subject: (args) => `a variable of ${set(args)}`,
    done: 'Created',
    change: ({ varset_id: id, key, category, params }, { client, signal }) =>
      client.variableSets.createVariable(id, { ...attributesOf(params), key, category }, { signal }),
  }),
  changeTool({
    name: 'update_variable_in_variable_set',
    title: 'Update variable in a variable set',
    description: 'Changes a variable of a variable set: exactly what params names.',
    toolsets,
    input: toolInput('update_variable_in_variable_set', {
      varset_id,
      var_id: Ids.variable,
      params: VariableChanges,
    }),
    subject: (args) => `variable ${args.var_id} of ${set(args)}`,
    done: 'Changed',
    change: ({ varset_id: id, var_id, params }, { client, signal }) =>
      client.variableSets.updateVariable(id, var_id, attributesOf(params), { signal }),
  }),
  deleteTool({
    name: 'delete_variable_from_variable_set',
    title: 'Delete variable from a variable set',
    description: 'Deletes a variable of a variable set; its value is lost. Asks for approval.',
    toolsets,
    input: toolInput('delete_variable_from_variable_set', { varset_id, var_id: Ids.variable }),
    subject: (args) => `variable ${args.var_id} of ${set(args)}`,
    loss: async ({ varset_id: id, var_id }, { client, signal }) => {
      const { attributes } = await client.variableSets.readVariable(id, var_id, { signal });
      return { id: var_id, key: attributes.key, category: attributes.category };
    },
    remove: ({ varset_id: id, var_id }, { client, signal }) =>
      client.variableSets.deleteVariable(id, var_id, { signal }),
  }),
];

/** Four tools with different verbs and nouns. */
function assignments(): Tool[] {
  const ids = (id: z.ZodString) => z.array(id).min(1).max(100);
  return [
    changeTool({
      name: 'assign_variable_set_to_workspaces',
      title: 'Assign variable set to workspaces',
      description: 'Gives workspaces the variables of a set.',
      toolsets,
      isDestructive: false,
      isIdempotent: true,
      input: toolInput('assign_variable_set_to_workspaces', { varset_id, workspace_ids: ids(Ids.workspace) }),
      subject: set,
      done: 'Assigned',
      change: ({ varset_id: id, workspace_ids }, { client, signal }) =>
        nothing(client.variableSets.assignToWorkspaces(id, workspace_ids, { signal })),
    }),
    changeTool({
      name: 'unassign_variable_set_from_workspaces',
      title: 'Unassign variable set from workspaces',
      description: 'Takes the variables of a set away from workspaces.',
      toolsets,
      isIdempotent: true,
      input: toolInput('unassign_variable_set_from_workspaces', {
        varset_id,
        workspace_ids: ids(Ids.workspace),
      }),
      subject: set,
      done: 'Unassigned',
      change: ({ varset_id: id, workspace_ids }, { client, signal }) =>
        nothing(client.variableSets.unassignFromWorkspaces(id, workspace_ids, { signal })),
    }),
    changeTool({
      name: 'assign_variable_set_to_projects',
      title: 'Assign variable set to projects',
      description: 'Gives all workspaces of projects the variables of a set.',
      toolsets,
      isDestructive: false,
      isIdempotent: true,
      input: toolInput('assign_variable_set_to_projects', { varset_id, project_ids: ids(Ids.project) }),
      subject: set,
      done: 'Assigned',
      change: ({ varset_id: id, project_ids }, { client, signal }) =>
        nothing(client.variableSets.assignToProjects(id, project_ids, { signal })),
    }),
    changeTool({
      name: 'unassign_variable_set_from_projects',
      title: 'Unassign variable set from projects',
      description: 'Takes the variables of a set away from the workspaces of projects.',
      toolsets,
      isIdempotent: true,
      input: toolInput('unassign_variable_set_from_projects', { varset_id, project_ids: ids(Ids.project) }),
      subject: set,
      done: 'Unassigned',
      change: ({ varset_id: id, project_ids }, { client, signal }) =>
        nothing(client.variableSets.unassignFromProjects(id, project_ids, { signal })),
    }),
  ];
}

const nothing = (work: Promise<void>): Promise<undefined> => work.then(() => undefined);
