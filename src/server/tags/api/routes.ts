import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { offsetOf, pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { readWorkspace } from '../../workspaces/service.ts';
import { tagResource, TagSchema } from '../document.ts';
import { TagData } from '../names.ts';
import { readTags, readWorkspaceTags, tagsOn } from '../queries.ts';
import { changeTags, deleteTags, tagWorkspaces } from '../../workspaces/plain-tags.ts';

const OrganizationParams = z.object({ organization: z.string() });
const TagBody = z.object({ data: TagData });
const idBody = (most: number) =>
  z.object({ data: z.array(z.object({ id: z.string() })).max(most, `must name at most ${most}`) });
const SearchQuery = PageQuery.extend({
  q: z.string().optional(),
  /** Only tags that the workspace of this id does not have. */
  'filter[exclude][taggable][id]': z.string().optional(),
});

/** Plain tags; binding-routes.ts has those with keys and values. */
export function tagEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
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
        const tags = await readWorkspaceTags(db, workspace);
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
        bodyType: 'tags',
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
          await changeTags(platform, caller, workspace, body.data, method === 'POST' ? 'add' : 'remove');
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
        const tags = await readTags(db, organization.id);
        const excluded = await tagsOn(db, caller, organization.id, query['filter[exclude][taggable][id]']);
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
      bodyType: 'tags',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        const organization = await readOrganization(platform, caller, params.organization);
        await requireInOrganization(db, caller, organization.id, 'manage-workspaces');
        await deleteTags(platform, caller, organization.id, body.data);
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
      bodyType: 'workspaces',
      answers: { 204: nothing },
      handle: async ({ caller, params, body }) => {
        await tagWorkspaces(
          platform,
          caller,
          params.id,
          body.data.map(({ id }) => id),
        );
        return { status: 204 };
      },
    }),
  ];
}
