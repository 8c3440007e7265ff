import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import { readableWorkspaces } from '../../access/rights.ts';
import { recordChange } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { transact } from '../../database/transact.ts';
import { nothing } from '../../http/answers.ts';
import { pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { offsetOf, pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { readOrganization } from '../../organizations/service.ts';
import { lockWorkspaceRow, readWorkspace } from '../../workspaces/service.ts';
import { tagResource, TagSchema } from '../document.ts';
import { resolveTags, TagData, tagWorkspace, untagWorkspace } from '../names.ts';
import { selectTags } from '../queries.ts';

const OrganizationParams = z.object({ organization: z.string() });
const TagBody = z.object({ data: TagData });
const idBody = (most: number) =>
  z.object({ data: z.array(z.object({ id: z.string() })).max(most, `must name at most ${most}`) });
const SearchQuery = PageQuery.extend({
  q: z.string().optional(),
  /** Only those that the workspace of this id does not have. */
  'filter[exclude][taggable][id]': z.string().optional(),
});

/** Plain tags; binding-routes.ts has those with keys and values. */
export function tagEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  /** Of a workspace that the caller may not know of, as of one that is not there, none. */
  const tagsOn = async (caller: Caller, organizationId: string, workspaceId = ''): Promise<Set<string>> => {
    const on = await db
      .selectFrom('workspace_tag')
      .innerJoin('workspace', 'workspace.id', 'workspace_tag.workspace_id')
      .select('workspace_tag.tag_id')
      .where('workspace.id', '=', workspaceId)
      .where('workspace.organization_id', '=', organizationId)
      .where(await readableWorkspaces(db, caller, organizationId))
      .execute();
    return new Set(on.map(({ tag_id: id }) => id));
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/relationships/tags',
      summary: 'List the tags of a workspace',
      access: 'account',
      permission: 'workspace:read',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(TagSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const workspace = await readWorkspace(platform, caller, params.id);
        const tags = await selectTags(db, workspace.organization_id)
          .where('tag.id', 'in', (sub) =>
            sub.selectFrom('workspace_tag').select('tag_id').where('workspace_id', '=', workspace.id),
          )
          .execute();
        const page = pageOf(query);
        const data = tags
          .slice(offsetOf(page), offsetOf(page) + page.size)
          .map((tag) => tagResource(tag, workspace.organization_name));
        return { status: 200, body: { data, ...paginate(raw.url, page, tags.length) } };
      },
    }),
    ...(['POST', 'DELETE'] as const).map((method) =>
      endpoint({
        method,
        url: '/api/v2/workspaces/:id/relationships/tags',
        summary: method === 'POST' ? 'Put tags on a workspace' : 'Take tags off a workspace',
        access: 'account',
        permission: 'workspace:admin',
        params: IdParams,
        body: TagBody,
        answers: { 204: nothing },
        handle: async ({
          caller,
          params,
          body,
        }: {
          caller: Caller;
          params: { id: string };
          body: z.output<typeof TagBody>;
        }) => {
          const workspace = await readWorkspace(platform, caller, params.id, 'admin');
          const adds = method === 'POST';
          await transact(db, async (tx) => {
            await lockWorkspaceRow(tx, workspace.id);
            const tagIds = await resolveTags(tx, workspace.organization_id, body.data, { create: adds });
            if (adds) await tagWorkspace(tx, workspace, tagIds);
            else await untagWorkspace(tx, workspace.id, tagIds);
            await recordChange(tx, caller, {
              organizationId: workspace.organization_id,
              resource: { type: 'workspaces', id: workspace.id },
              action: adds ? 'add_tags' : 'remove_tags',
              after: { tags: tagIds },
            });
          });
          return { status: 204 };
        },
      }),
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/organizations/:organization/tags',
      summary: 'List the tags of an organization',
      access: 'account',
      permission: 'organization:member',
      params: OrganizationParams,
      query: SearchQuery,
      answers: { 200: pagedListOf(TagSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        const tags = await selectTags(db, organization.id).execute();
        const excluded = await tagsOn(caller, organization.id, query['filter[exclude][taggable][id]']);
        const wanted = tags.filter(
          ({ id, name }) => name.includes((query.q ?? '').toLowerCase()) && !excluded.has(id),
        );
        const page = pageOf(query);
        const data = wanted
          .slice(offsetOf(page), offsetOf(page) + page.size)
          .map((tag) => tagResource(tag, organization.name));
        return { status: 200, body: { data, ...paginate(raw.url, page, wanted.length) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/organizations/:organization/tags',
      summary: 'Remove tags from an organization and all its workspaces',
      access: 'account',
      permission: 'organization:manage-workspaces',
      params: OrganizationParams,
      body: idBody(1_000),
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(db, caller, organization.id, 'manage-workspaces');
        await transact(db, async (tx) => {
          const tagIds = await resolveTags(tx, organization.id, body.data, { create: false });
          if (tagIds.length === 0) return;
          await tx.deleteFrom('tag').where('id', 'in', tagIds).execute();
          await recordChange(tx, caller, {
            organizationId: organization.id,
            resource: { type: 'organizations', id: organization.id },
            action: 'remove_tags',
            before: { tags: tagIds },
          });
        });
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/tags/:id/relationships/workspaces',
      summary: 'Put a tag on workspaces',
      access: 'account',
      permission: 'workspace:admin',
      params: IdParams,
      body: idBody(100),
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        const tag = await db.selectFrom('tag').selectAll().where('id', '=', params.id).executeTakeFirst();
        if (tag === undefined) refuse('not_found');
        const ids = [...new Set(body.data.map(({ id }) => id))].sort();
        for (const id of ids) {
          const workspace = await readWorkspace(platform, caller, id, 'admin');
          if (workspace.organization_id !== tag.organization_id) refuse('not_found');
        }
        await requireInOrganization(db, caller, tag.organization_id, 'member');
        await transact(db, async (tx) => {
          for (const id of ids) {
            await tagWorkspace(tx, { id, organization_id: tag.organization_id }, [tag.id]);
          }
          await recordChange(tx, caller, {
            organizationId: tag.organization_id,
            resource: { type: 'tags', id: tag.id },
            action: 'add_workspaces',
            after: { workspaces: ids },
          });
        });
        return { status: 204 };
      },
    }),
  ];
}
