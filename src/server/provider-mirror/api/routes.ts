import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInOrganization } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readOrganization } from '../../organizations/service.ts';
import { MirroredProviderSchema, mirroredResource } from '../document.ts';
import { deleteMirrored, listMirrored, readMirrored, readName } from '../service.ts';
import { storeMirrored } from '../store-archive.ts';

const OrganizationParams = z.object({ organization: z.string() });
const ArchiveParams = OrganizationParams.extend({
  host: z.string(),
  namespace: z.string(),
  type: z.string(),
  version: z.string(),
  platform: z.string(),
});
const ListQuery = PageQuery.extend({ q: z.string().max(100).optional() });
const UploadQuery = z.object({
  hashes: z
    .string()
    .max(2_000)
    .transform((given) => given.split(','))
    .refine(
      (hashes) => hashes.every((hash) => /^(?:zh:[0-9a-f]{64}|h1:[A-Za-z0-9+/]{43}=)$/.test(hash)),
      'must be hashes as lock files have them, with commas between: "h1:…,zh:…"',
    )
    .optional(),
});
const MIRRORED_URL = '/api/v2/organizations/:organization/mirrored-providers';

/** Archives of providers of other registries, for runners that cannot reach those. */
export function providerMirrorEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  return [
    endpoint({
      method: 'GET',
      url: MIRRORED_URL,
      summary: 'List or search the archives of other registries’ providers that an organization keeps',
      access: 'account',
      permission: 'organization:read-registry',
      params: OrganizationParams,
      query: ListQuery,
      answers: { 200: pagedListOf(MirroredProviderSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { id, name } = await readOrganization(platform, caller, params.organization, 'read-registry');
        const page = pageOf(query);
        const { providers, totalCount } = await listMirrored(platform, id, query.q, page);
        const canDelete = await canInOrganization(db, caller, id, 'manage-providers');
        const data = providers.map((each) => mirroredResource(each, name, canDelete));
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    endpoint({
      method: 'PUT',
      url: `${MIRRORED_URL}/:host/:namespace/:type/:version/:platform`,
      summary: 'Upload the archive (zip) of a provider of another registry, for all runs of the organization',
      access: 'account',
      permission: 'organization:manage-providers',
      params: ArchiveParams,
      query: UploadQuery,
      streamed: true,
      answers: { 200: documentOf(MirroredProviderSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { organization: wanted, ...given } = params;
        const { id, name } = await readOrganization(platform, caller, wanted, 'manage-providers');
        const upload = { name: readName(given), hashes: query.hashes };
        const made = await storeMirrored(platform, caller, id, upload, streamedBody(raw));
        return { status: 200, body: { data: mirroredResource(made, name, true) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/mirrored-providers/:id',
      summary: 'Read what is known of the archive of a mirrored provider',
      access: 'account',
      permission: 'organization:read-registry',
      params: IdParams,
      answers: { 200: documentOf(MirroredProviderSchema) },
      handle: async ({ caller, params }) => {
        const { provider, organization } = await readMirrored(db, caller, params.id, 'read-registry');
        const { organization_id: organizationId } = provider;
        const canDelete = await canInOrganization(db, caller, organizationId, 'manage-providers');
        return { status: 200, body: { data: mirroredResource(provider, organization, canDelete) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/mirrored-providers/:id',
      summary: 'Delete the archive of a mirrored provider: runs that have it kept go on with it',
      access: 'account',
      permission: 'organization:manage-providers',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteMirrored(platform, caller, params.id);
        return { status: 204 };
      },
    }),
  ];
}
