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
import { VersionNumber } from '../../registry-releases/version-number.ts';
import { describeVersions } from '../describe.ts';
import { ProviderVersionSchema, type ProviderVersion } from '../document.ts';
import { readProvider } from '../service.ts';
import { createVersion, deleteVersion, listVersions, readVersion, uploadPart } from '../versions.ts';
import { ProviderParams, PROVIDERS_URL } from './routes.ts';

export const VERSIONS_URL = `${PROVIDERS_URL}/:registry/:namespace/:provider/versions`;
export const VersionParams = ProviderParams.extend({ version: z.string() });
const SignedParams = z.object({ id: z.string(), signature: z.string() });
const CreateBody = document(
  z.object({
    version: VersionNumber,
    'key-id': z
      .string({ error: 'must be the id of a key of the organization' })
      .regex(
        /^[0-9A-Fa-f]{16}$/,
        'must be the 16 hexadecimal digits of a key, as the answer to its upload has',
      ),
    protocols: z
      .array(z.string().regex(/^[56]\.\d{1,3}$/, 'must be like "5.0" or "6.0"'))
      .min(1)
      .max(10)
      .default(['5.0']),
  }),
  NoRelationships,
);

const PARTS = [
  {
    path: 'shasums',
    part: 'shasums',
    capability: 'upload-shasums',
    summary: 'Upload the SHA256SUMS of a version of a provider',
  },
  {
    path: 'shasums-sig',
    part: 'shasums_signature',
    capability: 'upload-shasums-signature',
    summary: 'Upload the detached, binary signature of SHA256SUMS',
  },
] as const;

export function providerVersionEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer } = platform;
  const describe = async (caller: Caller, organizationId: string, version: ProviderVersion) => {
    const canManage = await canInOrganization(db, caller, organizationId, 'manage-providers');
    return (await describeVersions(platform, [version], canManage))[0];
  };
  return [
    endpoint({
      method: 'GET',
      url: VERSIONS_URL,
      summary: 'List the versions of a provider, newest first',
      access: 'account',
      permission: 'organization:read-registry',
      params: ProviderParams,
      query: PageQuery,
      answers: { 200: pagedListOf(ProviderVersionSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { organization, provider } = await readProvider(platform, caller, params, 'read-registry');
        const page = pageOf(query);
        const versions = await listVersions(db, provider.id);
        const shown = versions.slice((page.number - 1) * page.size, page.number * page.size);
        const canManage = await canInOrganization(db, caller, organization.id, 'manage-providers');
        const data = await describeVersions(platform, shown, canManage);
        return { status: 200, body: { data, ...paginate(raw.url, page, versions.length) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: VERSIONS_URL,
      summary:
        'Create a version of a provider; the answer holds the addresses to upload sums and signature to',
      example: {
        data: {
          type: 'registry-provider-versions',
          attributes: { version: '1.0.0', 'key-id': '32966F3FB5D2AF4E', protocols: ['6.0'] },
        },
      },
      access: 'account',
      permission: 'organization:manage-providers',
      params: ProviderParams,
      body: CreateBody,
      answers: { 201: documentOf(ProviderVersionSchema) },
      handle: async ({ caller, params, body }) => {
        const { organization, provider } = await readProvider(platform, caller, params, 'manage-providers');
        const { version, protocols, 'key-id': keyId } = body.data.attributes;
        const made = await createVersion(platform, caller, provider, { version, keyId, protocols });
        return { status: 201, body: { data: await describe(caller, organization.id, made) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${VERSIONS_URL}/:version`,
      summary: 'Read a version of a provider: what of it is there, and where the rest is uploaded to',
      access: 'account',
      permission: 'organization:read-registry',
      params: VersionParams,
      answers: { 200: documentOf(ProviderVersionSchema) },
      handle: async ({ caller, params }) => {
        const { organization, provider } = await readProvider(platform, caller, params, 'read-registry');
        const version = await readVersion(db, provider.id, params.version);
        return { status: 200, body: { data: await describe(caller, organization.id, version) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: `${VERSIONS_URL}/:version`,
      summary: 'Delete a version of a provider: other bytes are never published under it',
      access: 'account',
      permission: 'organization:manage-providers',
      params: VersionParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const { provider } = await readProvider(platform, caller, params, 'manage-providers');
        await deleteVersion(platform, caller, provider, params.version);
        return { status: 204 };
      },
    }),
    ...PARTS.map(({ path, part, capability, summary }) =>
      endpoint({
        method: 'PUT',
        url: `/api/v2/uploads/registry-provider-versions/:id/${path}/:signature`,
        summary,
        access: 'anyone',
        params: SignedParams,
        streamed: true,
        answers: { 200: nothing },
        handle: async ({ params, raw }: UploadRequest) => {
          if (!signer.verify(capability, params.id, params.signature)) refuse('not_found');
          const actor: AddressBearer = { kind: 'address', origin: { address: raw.ip, requestId: raw.id } };
          await uploadPart(platform, actor, params.id, part, streamedBody(raw));
          return { status: 200 };
        },
      }),
    ),
  ];
}

interface UploadRequest {
  params: z.output<typeof SignedParams>;
  raw: Parameters<typeof streamedBody>[0];
}
