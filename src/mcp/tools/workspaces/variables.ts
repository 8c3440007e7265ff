import * as z from 'zod';
import { deleteTool } from '../../tool/delete-tool.ts';
import { attributesOf, Ids, paramsOf, toolInput, wholePaging } from '../../tool/inputs.ts';
import { pageOfWhole } from '../../answer/list-page.ts';
import { changeTool, listTool } from '../../tool/resource-tool.ts';
import type { Tool } from '../../tool/tool.ts';

export const VariableKey = z.string().min(1).max(255);
export const VariableCategory = z.enum(['terraform', 'env']);
const variableParams = {
  value: z.string().max(256_000).optional(),
  description: z.string().max(512).optional(),
  hcl: z.boolean().optional(),
  sensitive: z.boolean().optional().describe('Never shown again'),
};
export const VariableParams = paramsOf(variableParams);
export const VariableChanges = paramsOf({
  key: VariableKey.optional(),
  category: VariableCategory.optional(),
  ...variableParams,
});

const one = ({ workspace_id, variable_id }: { workspace_id: string; variable_id: string }): string =>
  `variable ${variable_id} of workspace ${workspace_id}`;

export const variableTools: readonly Tool[] = [
  listTool({
    name: 'list_workspace_variables',
    title: 'List workspace variables',
    description: 'Lists the variables of a workspace. Sensitive values are not shown.',
    toolsets: ['variables'],
    input: toolInput('list_workspace_variables', { workspace_id: Ids.workspace, ...wholePaging }),
    subject: ({ workspace_id }) => `workspace ${workspace_id}`,
    rows: ({ workspace_id }) => `variables of workspace ${workspace_id}`,
    list: async ({ workspace_id, page_number, page_size }, { client, signal }) =>
      pageOfWhole(
        await client.variables.list(workspace_id, { pageNumber: page_number, pageSize: page_size, signal }),
        { page_number, page_size },
      ),
  }),
  changeTool({
    name: 'create_workspace_variable',
    title: 'Create workspace variable',
    description: 'Adds a variable to a workspace; its next run uses it. category: terraform or env.',
    toolsets: ['variables'],
    isDestructive: false,
    input: toolInput('create_workspace_variable', {
      workspace_id: Ids.workspace,
      key: VariableKey,
      category: VariableCategory,
      params: VariableParams.optional(),
    }),
    subject: ({ workspace_id }) => `a variable of workspace ${workspace_id}`,
    done: 'Created',
    change: ({ workspace_id, key, category, params }, { client, signal }) =>
      client.variables.create(workspace_id, { ...attributesOf(params), key, category }, { signal }),
  }),
  changeTool({
    name: 'update_workspace_variable',
    title: 'Update workspace variable',
    description: 'Changes a variable of a workspace: exactly what params names.',
    toolsets: ['variables'],
    input: toolInput('update_workspace_variable', {
      workspace_id: Ids.workspace,
      variable_id: Ids.variable,
      params: VariableChanges,
    }),
    subject: one,
    done: 'Changed',
    change: ({ workspace_id, variable_id, params }, { client, signal }) =>
      client.variables.update(workspace_id, variable_id, attributesOf(params), { signal }),
  }),
  deleteTool({
    name: 'delete_workspace_variable',
    title: 'Delete workspace variable',
    description: 'Deletes a variable of a workspace; its value is lost. Asks for approval.',
    toolsets: ['variables'],
    input: toolInput('delete_workspace_variable', { workspace_id: Ids.workspace, variable_id: Ids.variable }),
    subject: one,
    loss: async ({ workspace_id, variable_id }, { client, signal }) => {
      const variable = await client.variables.read(workspace_id, variable_id, { signal });
      return { id: variable.id, key: variable.attributes.key, category: variable.attributes.category };
    },
    remove: ({ workspace_id, variable_id }, { client, signal }) =>
      client.variables.delete(workspace_id, variable_id, { signal }),
  }),
];
