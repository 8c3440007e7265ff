import { relatedId } from '@runwright/client';
import * as z from 'zod';
import type { Failure } from '../../answer/failure.ts';
import {
  attributesOf,
  Ids,
  OrganizationName,
  paging,
  paramsOf,
  toolInput,
  WorkspaceName,
} from '../../tool/inputs.ts';
import { lockFacts, lockHolderOf } from '../../reading/lock-holder.ts';
import { reportResource } from '../../answer/report.ts';
import { changeTool, listTool } from '../../tool/resource-tool.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { WorkspaceParams } from './workspace-params.ts';

const named = ({ organization, name }: { organization: string; name: string }): string =>
  `workspace ${name} of organization ${organization}`;

const listWorkspaces = listTool({
  name: 'list_workspaces',
  title: 'List workspaces',
  description: 'Lists the workspaces of an organization. search finds a part of the name.',
  toolsets: ['workspaces'],
  input: toolInput('list_workspaces', {
    organization: OrganizationName,
    ...paging,
    search: z.string().max(200).optional().describe('Part of a name'),
  }),
  subject: ({ organization }) => `organization ${organization}`,
  rows: ({ organization }) => `workspaces of organization ${organization}`,
  list: ({ organization, page_number: pageNumber, page_size: pageSize, search }, { client, signal }) =>
    client.workspaces.list(organization, { pageNumber, pageSize, search, signal }),
});

const NAMES_NOTHING: Failure = {
  code: 'invalid_argument',
  happened:
    'a workspace is named by workspace_id, or by organization and workspace_name together; neither was given.',
  next: 'give workspace_id, or both names; find_workspace finds it by a part of its name.',
};

const getWorkspaceDetails = defineTool({
  name: 'get_workspace_details',
  title: 'Get workspace details',
  description:
    'Reads a workspace, by its id or organization and name: settings, lock, current run and state.',
  kind: 'read',
  toolsets: ['core', 'workspaces'],
  input: toolInput('get_workspace_details', {
    workspace_id: z.union([z.literal(''), Ids.workspace]).default(''),
    organization: z.union([z.literal(''), OrganizationName]).default(''),
    workspace_name: z.union([z.literal(''), WorkspaceName]).default(''),
  }),
  subject: ({ workspace_id, organization, workspace_name }) =>
    workspace_id === '' ? named({ organization, name: workspace_name }) : `workspace ${workspace_id}`,
  async handle({ workspace_id, organization, workspace_name }, context) {
    const { client, signal } = context;
    if (workspace_id === '' && (organization === '' || workspace_name === ''))
      return { failure: NAMES_NOTHING };
    const workspace =
      workspace_id === ''
        ? await client.workspaces.readByName(organization, workspace_name, { signal })
        : await client.workspaces.read(workspace_id, { signal });
    const holder = await lockHolderOf(workspace, context);
    const runId = relatedId(workspace, 'current-run');
    return reportResource(`Workspace ${workspace.id}.`, workspace, context, {
      facts: { ...lockFacts(holder), ...(runId === undefined ? {} : { current_run: runId }) },
      next: [{ tool: 'list_runs_in_workspace', arguments: { workspace_id: workspace.id }, why: 'its runs' }],
    });
  },
});

const createWorkspace = changeTool({
  name: 'create_workspace',
  title: 'Create workspace',
  description: 'Creates a workspace. What params do not name gets the default of the organization.',
  toolsets: ['workspaces'],
  isDestructive: false,
  input: toolInput('create_workspace', {
    organization: OrganizationName,
    name: WorkspaceName,
    params: paramsOf(WorkspaceParams).optional(),
  }),
  subject: named,
  done: 'Created',
  change: ({ organization, name, params = {} }, { client, signal }) => {
    const { project_id: projectId, name: _, ...rest } = params;
    return client.workspaces.create(organization, { ...attributesOf(rest), name }, { projectId, signal });
  },
});

const updateWorkspace = changeTool({
  name: 'update_workspace',
  title: 'Update workspace',
  description: 'Changes settings of a workspace: exactly what params names. Returns it.',
  toolsets: ['workspaces'],
  input: toolInput('update_workspace', {
    organization: OrganizationName,
    workspace_name: WorkspaceName,
    params: paramsOf(WorkspaceParams),
  }),
  subject: ({ organization, workspace_name: name }) => named({ organization, name }),
  done: 'Changed',
  change: ({ organization, workspace_name, params }, { client, signal }) => {
    const { project_id: projectId, ...rest } = params;
    return client.workspaces.updateByName(organization, workspace_name, attributesOf(rest), {
      projectId,
      signal,
    });
  },
});

export const workspaceTools: readonly Tool[] = [
  listWorkspaces,
  getWorkspaceDetails,
  createWorkspace,
  updateWorkspace,
];
