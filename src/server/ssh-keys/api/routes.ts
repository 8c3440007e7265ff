import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf, resource, Timestamp } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships, timestamp } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { describeWorkspaces } from '../../workspaces/describe.ts';
import { WorkspaceSchema } from '../../workspaces/document.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import {
  assignSshKey,
  createSshKey,
  deleteSshKey,
  listSshKeys,
  readSshKey,
  updateSshKey,
  type SshKey,
} from '../service.ts';

const OrganizationParams = z.object({ organization: z.string() });
const name = z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(255);
const value = z
  .string({ error: 'must be the text of a private key' })
  .min(1, 'must not be empty')
  .max(64 * 1024, 'must have at most 65536 characters');
const CreateBody = document(z.object({ name, value }), NoRelationships);
const UpdateBody = document(
  attributesOfChange(z.object({ name: name.nullish(), value: value.nullish() })),
  NoRelationships,
);
const AssignBody = document(z.object({ id: z.string().nullable() }), NoRelationships);

const SshKeySchema = resource('ssh-keys', { name: z.string(), 'created-at': Timestamp });

/** The document never contains the value (api-contract §5.13). */
const sshKeyResource = (key: SshKey) => ({
  id: key.id,
  type: 'ssh-keys',
  attributes: { name: key.name, 'created-at': timestamp(key.created_at) },
  links: { self: `/api/v2/ssh-keys/${key.id}` },
});

export function sshKeyEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/ssh-keys',
      summary: 'List the SSH keys of an organization',
      access: 'account',
      permission: 'organization:member',
      answers: { 200: pagedListOf(SshKeySchema) },
      params: OrganizationParams,
      query: PageQuery,
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const page = pageOf(query);
        const { keys, totalCount } = await listSshKeys(platform, organization.id, page);
        return {
          status: 200,
          body: { data: keys.map(sshKeyResource), ...paginate(raw.url, page, totalCount) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/organizations/:organization/ssh-keys',
      summary: 'Store an SSH key',
      example: {
        data: {
          type: 'ssh-keys',
          attributes: { name: 'modules', value: '-----BEGIN OPENSSH PRIVATE KEY-----' },
        },
      },
      access: 'account',
      permission: 'organization:manage-vcs-settings',
      answers: { 201: documentOf(SshKeySchema) },
      params: OrganizationParams,
      body: CreateBody,
      handle: async ({ caller, params, body }) => {
        const { id } = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(platform.db, caller, id, 'manage-vcs-settings');
        const key = await createSshKey(platform, caller, id, body.data.attributes);
        return { status: 201, body: { data: sshKeyResource(key) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/ssh-keys/:id',
      summary: 'Read the name of an SSH key',
      access: 'account',
      permission: 'organization:member',
      answers: { 200: documentOf(SshKeySchema) },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const key = await readSshKey(platform, caller, params.id, 'member');
        return { status: 200, body: { data: sshKeyResource(key) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/ssh-keys/:id',
      summary: 'Change an SSH key: only what is given',
      access: 'account',
      permission: 'organization:manage-vcs-settings',
      answers: { 200: documentOf(SshKeySchema) },
      params: IdParams,
      body: UpdateBody,
      handle: async ({ caller, params, body }) => {
        const key = await readSshKey(platform, caller, params.id, 'manage-vcs-settings');
        const changed = await updateSshKey(platform, caller, key, body.data.attributes);
        return { status: 200, body: { data: sshKeyResource(changed) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/ssh-keys/:id',
      summary: 'Delete an SSH key: its workspaces use none from here on',
      access: 'account',
      permission: 'organization:manage-vcs-settings',
      answers: { 204: nothing },
      params: IdParams,
      handle: async ({ caller, params }) => {
        const key = await readSshKey(platform, caller, params.id, 'manage-vcs-settings');
        await deleteSshKey(platform, caller, key);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/workspaces/:id/relationships/ssh-key',
      summary: 'Give a workspace an SSH key, or with a null id take it away',
      access: 'account',
      permission: 'workspace:admin',
      answers: { 200: documentOf(WorkspaceSchema) },
      params: IdParams,
      body: AssignBody,
      handle: async ({ caller, params, body }) => {
        const workspace = await readWorkspace(platform, caller, params.id, 'admin');
        await assignSshKey(platform, caller, workspace, body.data.attributes.id);
        const changed = await readWorkspace(platform, caller, params.id);
        const [data] = await describeWorkspaces(platform, caller, [changed]);
        return { status: 200, body: { data } };
      },
    }),
  ];
}
