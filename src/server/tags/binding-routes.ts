import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { listOf } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { IdParams } from '../http/json-api.ts';
import { readProject } from '../projects/service.ts';
import { readWorkspace } from '../workspaces/service.ts';
import {
  BindingData,
  mergeBindings,
  toBindings,
  writeProjectBindings,
  writeWorkspaceBindings,
} from './bindings.ts';
import { bindingResource, EffectiveTagBindingSchema, TagBindingSchema } from './document.ts';
import { readProjectBindings, readWorkspaceBindings } from './queries.ts';

const Body = z.object({ data: BindingData });
interface Request {
  caller: Caller;
  params: { id: string };
}

/** Tags with a key and a value (api-contract §5.2, §5.3). */
export function tagBindingEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const owners = [
    {
      what: 'workspace',
      read: 'workspace:read',
      change: 'workspace:admin',
      find: async (caller: Caller, id: string, changes = false) =>
        await readWorkspace(platform, caller, id, changes ? 'admin' : 'read'),
      list: async (id: string) => await readWorkspaceBindings(db, id),
      write: writeWorkspaceBindings,
    },
    {
      what: 'project',
      read: 'project:read',
      change: 'project:update',
      find: async (caller: Caller, id: string, changes = false) => {
        const project = await readProject(platform, caller, id, changes ? 'update' : 'read');
        return { ...project, project_id: project.id };
      },
      list: async (id: string) => await readProjectBindings(db, id),
      write: writeProjectBindings,
    },
  ] as const;
  return owners.flatMap(({ what, read, change, find, list, write }) => [
    endpoint({
      method: 'GET',
      url: `/api/v2/${what}s/:id/tag-bindings`,
      summary: `List the tags with values of a ${what}`,
      access: 'account',
      permission: read,
      params: IdParams,
      answers: { 200: listOf(TagBindingSchema) },
      handle: async ({ caller, params }: Request) => {
        const owner = await find(caller, params.id);
        const bindings = await list(owner.id);
        return {
          status: 200,
          body: { data: bindings.map((binding) => bindingResource('tag-bindings', owner.id, binding)) },
        };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: `/api/v2/${what}s/:id/tag-bindings`,
      summary: `Add or change tags with values of a ${what}; the others stay`,
      access: 'account',
      permission: change,
      params: IdParams,
      body: Body,
      answers: { 200: listOf(TagBindingSchema) },
      handle: async ({ caller, params, body }: Request & { body: z.output<typeof Body> }) => {
        const owner = await find(caller, params.id, true);
        const bindings = toBindings(body.data);
        await transact(db, async (tx) => {
          await write(tx, owner.id, bindings);
          await recordChange(tx, caller, {
            organizationId: owner.organization_id,
            resource: { type: `${what}s`, id: owner.id },
            action: 'update_tag_bindings',
            after: { bindings },
          });
        });
        const now = await list(owner.id);
        return {
          status: 200,
          body: { data: now.map((binding) => bindingResource('tag-bindings', owner.id, binding)) },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: `/api/v2/${what}s/:id/effective-tag-bindings`,
      summary: `List the tags with values that hold for a ${what}`,
      access: 'account',
      permission: read,
      params: IdParams,
      answers: { 200: listOf(EffectiveTagBindingSchema) },
      handle: async ({ caller, params }: Request) => {
        const owner = await find(caller, params.id);
        const bindings = mergeBindings(await list(owner.id), await readProjectBindings(db, owner.project_id));
        return {
          status: 200,
          body: {
            data: bindings.map((binding) => bindingResource('effective-tag-bindings', owner.id, binding)),
          },
        };
      },
    }),
  ]);
}
