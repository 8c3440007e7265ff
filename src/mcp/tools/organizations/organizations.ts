import { kebabToSnake } from '@runwright/models';
import * as z from 'zod';
import { deleteTool } from '../../tool/delete-tool.ts';
import { attributesOf, OrganizationName, paging, paramsOf, toolInput } from '../../tool/inputs.ts';
import { reportList } from '../../answer/report.ts';
import { changeTool, readTool } from '../../tool/resource-tool.ts';
import { isAllowed } from '../../safety/organizations.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';

const organizationFields = {
  collaborator_auth_policy: z.enum(['password', 'two_factor_mandatory']).optional(),
  session_timeout: z.int().min(1).nullable().optional().describe('Minutes'),
  session_remember: z.int().min(1).nullable().optional().describe('Minutes'),
  cost_estimation_enabled: z.boolean().optional(),
  default_execution_mode: z.enum(['remote', 'local', 'agent']).optional(),
  assessments_enforced: z.boolean().optional(),
  allow_force_delete_workspaces: z.boolean().optional(),
  speculative_plan_management_enabled: z.boolean().optional(),
  aggregated_commit_status_enabled: z.boolean().optional(),
};
const one = ({ organization }: { organization: string }): string => `organization ${organization}`;
const toolsets = ['orgs'] as const;
const Email = z.string().min(3).max(254);

export const organizationTools: readonly Tool[] = [
  readTool({
    name: 'get_organization_details',
    title: 'Get organization details',
    description: 'Reads one organization: settings and what you may do in it.',
    toolsets,
    input: toolInput('get_organization_details', { organization: OrganizationName }),
    subject: one,
    read: ({ organization }, { client, signal }) => client.organizations.read(organization, { signal }),
  }),
  readTool({
    name: 'get_organization_entitlements',
    title: 'Get organization entitlements',
    description: 'Reads which features and limits an organization has.',
    toolsets,
    input: toolInput('get_organization_entitlements', { organization: OrganizationName }),
    subject: (args) => `entitlements of ${one(args)}`,
    read: ({ organization }, { client, signal }) =>
      client.organizations.entitlements(organization, { signal }),
    options: ({ attributes }) => ({
      facts: Object.fromEntries(
        Object.entries(attributes as object).map(([name, value]) => [kebabToSnake(name), value]),
      ),
    }),
  }),
  defineTool({
    name: 'list_organizations',
    title: 'List organizations',
    description: 'Lists the organizations that your token can see. q finds a part of name or e-mail.',
    kind: 'read',
    toolsets,
    input: toolInput('list_organizations', {
      ...paging,
      q: z.string().max(200).optional(),
      query_email: z.string().max(254).optional(),
      query_name: z.string().max(200).optional(),
    }),
    subject: () => 'your organizations',
    async handle(args, context) {
      const { client, signal, gates } = context;
      const page = await client.organizations.list({
        pageNumber: args.page_number,
        pageSize: args.page_size,
        q: args.q,
        queryEmail: args.query_email,
        queryName: args.query_name,
        signal,
      });
      const { organizations: allowed } = gates;
      const data =
        allowed === undefined
          ? page.data
          : page.data.filter(({ attributes }) => isAllowed(attributes.name, allowed));
      const again = { tool: 'list_organizations', arguments: args };
      return reportList('organizations', { ...page, data }, context, { again, skip: args.skip });
    },
  }),
  changeTool({
    name: 'create_organization',
    title: 'Create organization',
    description: 'Creates an organization. What params does not name gets the platform default.',
    toolsets,
    isDestructive: false,
    input: toolInput('create_organization', {
      name: OrganizationName,
      email: Email,
      params: paramsOf(organizationFields).optional(),
    }),
    subject: ({ name }) => `organization ${name}`,
    organizationOf: ({ name }) => name,
    done: 'Created',
    change: ({ name, email, params }, { client, signal }) =>
      client.organizations.create({ ...attributesOf(params), name, email }, { signal }),
  }),
  changeTool({
    name: 'update_organization',
    title: 'Update organization',
    description: 'Changes settings of an organization: exactly what params names.',
    toolsets,
    input: toolInput('update_organization', {
      organization: OrganizationName,
      params: paramsOf({ name: OrganizationName.optional(), email: Email.optional(), ...organizationFields }),
    }),
    subject: one,
    done: 'Changed',
    change: ({ organization, params }, { client, signal }) =>
      client.organizations.update(organization, attributesOf(params), { signal }),
  }),
  deleteTool({
    name: 'delete_organization',
    title: 'Delete organization',
    description:
      'Deletes an organization with everything in it: workspaces, states, variables, teams. Asks for approval.',
    toolsets,
    input: toolInput('delete_organization', { organization: OrganizationName }),
    subject: one,
    loss: async ({ organization }, { client, signal }) => {
      const [found, workspaces] = await Promise.all([
        client.organizations.read(organization, { signal }),
        client.workspaces.list(organization, { pageSize: 1, signal }),
      ]);
      return {
        name: found.attributes.name,
        workspaces: workspaces.meta?.pagination?.['total-count'] ?? null,
      };
    },
    remove: ({ organization }, { client, signal }) => client.organizations.delete(organization, { signal }),
  }),
];
