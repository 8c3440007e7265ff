import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInOrganization } from '../../access/permissions.ts';
import type { AddressBearer } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { nothing } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import {
  platformResource,
  ProviderPlatformSchema,
  type ProviderPlatform,
  type ProviderVersion,
} from '../document.ts';
import { platformLinks } from '../links.ts';
import { createPlatform, deletePlatform, listPlatforms, readPlatform, uploadArchive } from '../platforms.ts';
import { readProvider, type RegistryPermission } from '../service.ts';
import { readVersion } from '../versions.ts';
import { VersionParams, VERSIONS_URL } from './version-routes.ts';

const PLATFORMS_URL = `${VERSIONS_URL}/:version/platforms`;
const PlatformParams = VersionParams.extend({ os: z.string(), arch: z.string() });
const SignedParams = z.object({ id: z.string(), signature: z.string() });
const word = z
  .string({ error: 'must be a word like "linux" or "amd64"' })
  .regex(/^[a-z0-9]{1,32}$/, 'must be small letters and digits, like "linux" or "amd64"');
const CreateBody = document(
  z.object({
    os: word,
    arch: word,
    shasum: z
      .string({ error: 'must be the SHA-256 of the archive' })
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the archive: 64 hexadecimal digits'),
    filename: z.string({ error: 'must be the name of the archive' }).max(300),
  }),
  NoRelationships,
);

export function providerPlatformEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer } = platform;
  const read = async (
    caller: Caller,
    params: z.output<typeof VersionParams>,
    permission: RegistryPermission,
  ) => {
    const { organization, provider } = await readProvider(platform, caller, params, permission);
    const version = await readVersion(db, provider.id, params.version);
    const canManage = await canInOrganization(db, caller, organization.id, 'manage-providers');
    return { provider, version, canManage };
  };
  const describe = (row: ProviderPlatform, version: ProviderVersion, canManage: boolean) =>
    platformResource(
      row,
      canManage,
      platformLinks(platform, row, { isSigned: version.is_signed, canManage }),
    );
  return [
    endpoint({
      method: 'GET',
      url: PLATFORMS_URL,
      summary: 'List the platforms that a version of a provider is for',
      access: 'account',
      permission: 'organization:read-registry',
      params: VersionParams,
      query: PageQuery,
      answers: { 200: pagedListOf(ProviderPlatformSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { version, canManage } = await read(caller, params, 'read-registry');
        const page = pageOf(query);
        const all = await listPlatforms(db, version.id);
        const data = all
          .slice((page.number - 1) * page.size, page.number * page.size)
          .map((row) => describe(row, version, canManage));
        return { status: 200, body: { data, ...paginate(raw.url, page, all.length) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: PLATFORMS_URL,
      summary: 'Add a platform to a version; the answer holds the address to upload its archive to',
      example: {
        data: {
          type: 'registry-provider-platforms',
          attributes: {
            os: 'linux',
            arch: 'amd64',
            shasum: 'c7a3b8f0d9a6d1f4c2e5b7a8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f809102',
            filename: 'terraform-provider-internal_1.0.0_linux_amd64.zip',
          },
        },
      },
      access: 'account',
      permission: 'organization:manage-providers',
      params: VersionParams,
      body: CreateBody,
      answers: { 201: documentOf(ProviderPlatformSchema) },
      handle: async ({ caller, params, body }) => {
        const { provider, version, canManage } = await read(caller, params, 'manage-providers');
        const made = await createPlatform(platform, caller, provider, version, body.data.attributes);
        return { status: 201, body: { data: describe(made, version, canManage) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${PLATFORMS_URL}/:os/:arch`,
      summary: 'Read a platform of a version',
      access: 'account',
      permission: 'organization:read-registry',
      params: PlatformParams,
      answers: { 200: documentOf(ProviderPlatformSchema) },
      handle: async ({ caller, params }) => {
        const { version, canManage } = await read(caller, params, 'read-registry');
        const row = await readPlatform(db, version.id, params);
        return { status: 200, body: { data: describe(row, version, canManage) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${PLATFORMS_URL}/:os/:arch`,
      summary: 'Delete a platform of a version',
      access: 'account',
      permission: 'organization:manage-providers',
      params: PlatformParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { provider, version } = await read(caller, params, 'manage-providers');
        await deletePlatform(platform, caller, provider, await readPlatform(db, version.id, params));
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v2/uploads/registry-provider-platforms/:id/:signature',
      summary: 'Upload the archive (zip) of a platform, once: it must be the announced one',
      access: 'anyone',
      params: SignedParams,
      streamed: true,
      answers: { 200: nothing },
      handle: async ({ params, raw }) => {
        if (!signer.verify('upload-provider', params.id, params.signature)) refuse('not_found');
        const actor: AddressBearer = { kind: 'address', origin: { address: raw.ip, requestId: raw.id } };
        await uploadArchive(platform, actor, params.id, streamedBody(raw));
        return { status: 200 };
      },
    }),
  ];
}
