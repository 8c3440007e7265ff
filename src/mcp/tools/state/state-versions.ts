import { relatedId, type Resource } from '@runwright/client';
import * as z from 'zod';
import { Ids, OrganizationName, paging, paramsOf, toolInput, WorkspaceName } from '../../tool/inputs.ts';
import { readPerson } from '../../reading/people.ts';
import { changeTool, listTool, readTool } from '../../tool/resource-tool.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import { reportState } from './state-content.ts';
import { rollbackStateVersion } from './state-rollback.ts';

const toolsets = ['state'] as const;
/** The author of a state version. */
async function authorOf(state: Resource<unknown>, context: ToolContext): Promise<Record<string, unknown>> {
  const id = relatedId(state, 'created-by');
  return id === undefined ? {} : { created_by: await readPerson(id, context) };
}
const version = ({ state_version_id: id }: { state_version_id: string }): string => `state version ${id}`;
const StateStatus = z.enum([
  'pending',
  'finalized',
  'discarded',
  'backing_data_soft_deleted',
  'backing_data_permanently_deleted',
]);

export const stateVersionTools: readonly Tool[] = [
  listTool({
    name: 'list_state_versions',
    title: 'List state versions',
    description: 'Lists the state versions of a workspace, newest first.',
    toolsets,
    input: toolInput('list_state_versions', {
      organization: OrganizationName,
      workspace_name: WorkspaceName,
      ...paging,
      filter_status: StateStatus.optional(),
    }),
    subject: ({ organization, workspace_name }) =>
      `workspace ${workspace_name} of organization ${organization}`,
    rows: ({ workspace_name }) => `state versions of workspace ${workspace_name}`,
    list: (args, { client, signal }) =>
      client.stateVersions.list({
        organization: args.organization,
        workspace: args.workspace_name,
        status: args.filter_status,
        pageNumber: args.page_number,
        pageSize: args.page_size,
        signal,
      }),
  }),
  readTool({
    name: 'get_current_state_version',
    title: 'Get current state version',
    description: 'Reads the newest state version of a workspace, without its content.',
    toolsets,
    input: toolInput('get_current_state_version', { workspace_id: Ids.workspace }),
    subject: ({ workspace_id }) => `current state version of workspace ${workspace_id}`,
    read: ({ workspace_id }, { client, signal }) => client.stateVersions.current(workspace_id, { signal }),
    facts: authorOf,
    options: ({ id }) => ({
      next: [{ tool: 'list_state_version_outputs', arguments: { state_version_id: id }, why: 'its outputs' }],
    }),
  }),
  readTool({
    name: 'get_state_version',
    title: 'Get state version',
    description: 'Reads one state version, without its content.',
    toolsets,
    input: toolInput('get_state_version', { state_version_id: Ids.stateVersion }),
    subject: version,
    read: ({ state_version_id: id }, { client, signal }) => client.stateVersions.read(id, { signal }),
    facts: authorOf,
  }),
  changeTool({
    name: 'create_state_version',
    title: 'Create state version',
    description:
      'Stores a state in a workspace that you have locked. What terraform manages there changes with it: only to repair or migrate.',
    toolsets,
    input: toolInput('create_state_version', {
      workspace_id: Ids.workspace,
      serial: z.int().min(0),
      md5: z.string().regex(/^[0-9a-fA-F]{32}$/, { error: 'md5 is 32 hexadecimal digits' }),
      params: paramsOf({
        state: z.string().optional().describe('Base64'),
        lineage: z.string().optional(),
        json_state: z.string().optional().describe('Base64'),
        json_state_outputs: z.string().optional().describe('Base64'),
        run_id: Ids.run.optional(),
      }).optional(),
    }),
    subject: ({ workspace_id }) => `a state version of workspace ${workspace_id}`,
    done: 'Created',
    change: ({ workspace_id, serial, md5, params = {} }, { client, signal }) =>
      client.stateVersions.create(
        workspace_id,
        {
          serial,
          md5,
          state: params.state,
          lineage: params.lineage,
          jsonState: params.json_state,
          jsonStateOutputs: params.json_state_outputs,
          runId: params.run_id,
        },
        { signal },
      ),
  }),
  rollbackStateVersion,
  listTool({
    name: 'list_workspace_resources',
    title: 'List managed resources',
    description: 'Lists what terraform manages in a workspace, by its current state: addresses, no values.',
    toolsets,
    input: toolInput('list_workspace_resources', { workspace_id: Ids.workspace, ...paging }),
    subject: ({ workspace_id }) => `resources of workspace ${workspace_id}`,
    rows: ({ workspace_id }) => `resources of workspace ${workspace_id}`,
    list: ({ workspace_id: id, page_number: pageNumber, page_size: pageSize }, { client, signal }) =>
      client.workspaces.resources(id, { pageNumber, pageSize, signal }),
  }),
  defineTool({
    name: 'download_state_file',
    title: 'Download state file',
    description:
      'The content of a state version: which resources and outputs it holds; values only where the operator allows it.',
    kind: 'read',
    toolsets,
    input: toolInput('download_state_file', {
      state_version_id: Ids.stateVersion,
      json_format: z.boolean().default(false),
    }),
    subject: version,
    async handle({ state_version_id: id, json_format }, context) {
      const { client, signal, gates } = context;
      const show = async () => {
        const found = await client.stateVersions.read(id, { signal });
        const form = json_format ? 'json' : 'raw';
        const answer = await client.stateVersions.openDownload(found, { form, signal });
        return reportState(`The content of state version ${id}.`, answer, context);
      };
      const request = {
        tool: 'download_state_file',
        subject: `state version ${id}`,
        title: `Show the whole state of state version ${id}? It may hold secrets.`,
        facts: [],
        boundTo: { id, json_format },
      };
      return gates.allowStateSecrets ? guarded(request, context.approval, show) : show();
    },
  }),
  listTool({
    name: 'list_state_version_outputs',
    title: 'List state version outputs',
    description: 'Lists the outputs of a state version. Sensitive values are not shown.',
    toolsets,
    input: toolInput('list_state_version_outputs', { state_version_id: Ids.stateVersion, ...paging }),
    subject: version,
    rows: ({ state_version_id: id }) => `outputs of state version ${id}`,
    list: ({ state_version_id: id, page_number: pageNumber, page_size: pageSize }, { client, signal }) =>
      client.stateVersions.listOutputs(id, { pageNumber, pageSize, signal }),
  }),
  readTool({
    name: 'get_state_version_output',
    title: 'Get state version output',
    description: 'Reads one output. A sensitive value is not shown.',
    toolsets,
    input: toolInput('get_state_version_output', { state_version_output_id: Ids.output }),
    subject: ({ state_version_output_id: id }) => `output ${id}`,
    read: ({ state_version_output_id: id }, { client, signal }) =>
      client.stateVersions.readOutput(id, { signal }),
  }),
];
