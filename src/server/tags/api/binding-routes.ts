import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { recordChange } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot, transact, type Tx } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { listOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { readProject } from '../../projects/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import {
  BindingData,
  deleteBindings,
  mergeBindings,
  toBindings,
  writeBindings,
  type BindingOwner,
} from '../bindings.ts';
import {
  bindingResource,
  effectiveBindingResource,
  EffectiveTagBindingSchema,
  TagBindingSchema,
} from '../document.ts';
import { readProjectBindings, readWorkspaceBindings } from '../queries.ts';

const Body = z.object({ data: BindingData });
interface Request {
  caller: Caller;
  params: { id: string };
}

const Keys = z.object({
  data: z
    .array(z.object({ id: z.string().nullish(), attributes: z.object({ key: z.string() }).nullish() }), {
      error: 'must be a list of tag bindings',
    })
    .max(1_000, 'must name at most 1000 bindings'),
});

const OWNERS = [
  { what: 'workspace', read: 'workspace:read', change: 'workspace:admin' },
  { what: 'project', read: 'project:read', change: 'project:update' },
] as const;

/** Tags with a key and a value, under both URLs that clients know (api-contract §5.2, §5.3). */
export function tagBindingEndpoints(platform: Platform): Endpoint<Caller>[] {
  const find = async (view: Platform, what: BindingOwner, caller: Caller, id: string, changes = false) => {
    if (what === 'workspace') return await readWorkspace(view, caller, id, changes ? 'admin' : 'read');
    const project = await readProject(view, caller, id, changes ? 'update' : 'read');
    return { ...project, project_id: project.id };
  };
  const list = async ({ db }: Pick<Platform, 'db'>, what: BindingOwner, id: string) =>
    what === 'workspace' ? await readWorkspaceBindings(db, id) : await readProjectBindings(db, id);

  /** @returns the owner's tags afterwards */
  const change = async (
    what: BindingOwner,
    caller: Caller,
    id: string,
    action: string,
    act: (tx: Tx, ownerId: string) => Promise<Record<string, unknown>>,
  ) => {
    const owner = await find(platform, what, caller, id, true);
    const now = await transact(platform.db, async (tx) => {
      const done = await act(tx, owner.id);
      await recordChange(tx, caller, {
        organizationId: owner.organization_id,
        resource: { type: `${what}s`, id: owner.id },
        action: `${action}_tag_bindings`,
        after: done,
      });
      return await list({ db: tx }, what, owner.id);
    });
    return now.map((binding) => bindingResource(owner.id, binding));
  };
  const write =
    (what: BindingOwner, body: z.output<typeof Body>, replace = false) =>
    async (tx: Tx, ownerId: string) => {
      const bindings = toBindings(body.data);
      await writeBindings(tx, what, ownerId, bindings, { replace });
      return { bindings };
    };
  interface WriteRequest extends Request {
    body: z.output<typeof Body>;
  }

  return OWNERS.flatMap(({ what, read, change: permission }) => [
    ...['tag-bindings', 'relationships/tag-bindings'].map((path) =>
      endpoint({
        method: 'GET',
        url: `/api/v2/${what}s/:id/${path}`,
        summary: `List the tags with values of a ${what}`,
        access: 'account',
        permission: read,
        params: IdParams,
        answers: { 200: listOf(TagBindingSchema) },
        handle: async ({ caller, params }: Request) =>
          await inSnapshot(platform, async (view) => {
            const owner = await find(view, what, caller, params.id);
            const bindings = await list(view, what, owner.id);
            return {
              status: 200,
              body: { data: bindings.map((binding) => bindingResource(owner.id, binding)) },
            };
          }),
      }),
    ),
    endpoint({
      method: 'PATCH',
      url: `/api/v2/${what}s/:id/tag-bindings`,
      summary: `Add or change tags with values of a ${what}; the others stay`,
      access: 'account',
      permission,
      params: IdParams,
      body: Body,
      bodyType: 'tag-bindings',
      answers: { 200: listOf(TagBindingSchema) },
      handle: async ({ caller, params, body }: WriteRequest) => ({
        status: 200,
        body: { data: await change(what, caller, params.id, 'update', write(what, body)) },
      }),
    }),
    endpoint({
      method: 'POST',
      url: `/api/v2/${what}s/:id/relationships/tag-bindings`,
      summary: `Add or change tags with values of a ${what}; the others stay`,
      access: 'account',
      permission,
      params: IdParams,
      body: Body,
      bodyType: 'tag-bindings',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }: WriteRequest) => {
        await change(what, caller, params.id, 'update', write(what, body));
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: `/api/v2/${what}s/:id/relationships/tag-bindings`,
      summary: `Give a ${what} these tags with values, no others`,
      access: 'account',
      permission,
      params: IdParams,
      body: Body,
      bodyType: 'tag-bindings',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }: WriteRequest) => {
        await change(what, caller, params.id, 'replace', write(what, body, true));
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `/api/v2/${what}s/:id/relationships/tag-bindings`,
      summary: `Take tags with values away from a ${what}, by their keys or ids`,
      access: 'account',
      permission,
      params: IdParams,
      body: Keys,
      bodyType: 'tag-bindings',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }: Request & { body: z.output<typeof Keys> }) => {
        await change(what, caller, params.id, 'remove', async (tx, ownerId) => {
          const keys = body.data.flatMap(({ id, attributes }) => attributes?.key ?? keyOf(ownerId, id) ?? []);
          await deleteBindings(tx, what, ownerId, keys);
          return { keys };
        });
        return { status: 204 };
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
      handle: async ({ caller, params }: Request) =>
        await inSnapshot(platform, async (view) => {
          const owner = await find(view, what, caller, params.id);
          const ofProject = await readProjectBindings(view.db, owner.project_id);
          const bindings = mergeBindings(await list(view, what, owner.id), ofProject);
          const data = bindings.map((each) => effectiveBindingResource(owner.id, owner.project_id, each));
          return { status: 200, body: { data } };
        }),
    }),
  ]);
}

/** The key in an id of bindingId; undefined for an id of another owner. */
const keyOf = (ownerId: string, id: string | null | undefined): string | undefined =>
  id?.startsWith(`${ownerId}:`) ? id.slice(ownerId.length + 1) : undefined;
