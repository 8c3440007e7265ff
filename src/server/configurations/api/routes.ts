import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { AddressBearer } from '../../access/record-change.ts';
import type { Platform } from '../../context.ts';
import { bytes, nothing, nullBody, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, HIJACKED, streamedBody, type Endpoint } from '../../http/endpoint.ts';
import { goneSignal } from '../../http/gone-signal.ts';
import { document, NoRelationships, IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { queueUploadedConfiguration } from '../../runs/queued-by-server.ts';
import { archiveConfiguration, changeBackingData, DATA_CHANGES } from '../archive.ts';
import {
  configurationFileResource,
  ConfigurationFileSchema,
  configurationVersionResource,
  ConfigurationVersionSchema,
} from '../document.ts';
import { createFilesOf } from '../files.ts';
import {
  createConfigurationVersion,
  listConfigurationVersions,
  readConfigurationOfRun,
  readConfigurationToFetch,
  readConfigurationVersion,
  storeConfiguration,
  findArchive,
} from '../service.ts';

const CreateBody = z
  .object({
    data: document(
      z
        .object({
          'auto-queue-runs': z.boolean().nullish(),
          speculative: z.boolean().nullish(),
          provisional: z.boolean().nullish(),
        })
        .nullish(),
      NoRelationships,
    ).shape.data,
  })
  .nullish();

/** No version has an include: this server fetches no configurations from repositories. */
const IncludeQuery = z.object({ include: includeOf([], ['ingress_attributes', 'run']) });
const ListQuery = PageQuery.extend(IncludeQuery.shape);
interface ReadRequest {
  caller: Caller;
  params: z.output<typeof IdParams>;
  query: z.output<typeof IncludeQuery>;
}

const FilesQuery = z.object({
  'filter[path]': z
    .string()
    .optional()
    .meta({ description: 'This file alone, with what is in it, if that is text.' }),
});
const FileList = z.object({
  data: z.array(ConfigurationFileSchema),
  meta: z.object({ 'total-count': z.number() }),
});

const SignedParams = z.object({ id: z.string(), signature: z.string() });

export function configurationEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { signer, blobs } = platform;
  const uploadUrl = (id: string): string =>
    `${platform.publicUrl}/api/v2/uploads/configuration-versions/${id}/${signer.sign('upload-configuration', id)}`;
  const downloadUrl = (id: string): string =>
    `${platform.publicUrl}/api/v2/downloads/configuration-versions/${id}/${signer.sign('download-configuration', id)}`;
  const filesOf = createFilesOf(platform);
  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/workspaces/:id/configuration-versions',
      summary: 'Create a configuration version; the answer holds the address to upload the archive to',
      example: { data: { type: 'configuration-versions', attributes: { 'auto-queue-runs': false } } },
      access: 'account',
      permission: 'workspace:plan-runs',
      params: IdParams,
      body: CreateBody,
      answers: { 201: documentOf(ConfigurationVersionSchema) },
      handle: async ({ caller, params, body, raw }) => {
        const attributes = body?.data.attributes;
        const source = raw.headers['x-terraform-integration'] === 'cloud' ? 'terraform' : 'tfe-api';
        const version = await createConfigurationVersion(
          platform,
          caller,
          params.id,
          {
            autoQueueRuns: attributes?.['auto-queue-runs'] ?? true,
            speculative: attributes?.speculative ?? false,
            provisional: attributes?.provisional ?? false,
          },
          source,
        );
        return { status: 201, body: { data: configurationVersionResource(version, uploadUrl(version.id)) } };
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v2/uploads/configuration-versions/:id/:signature',
      summary: 'Upload the archive (tar.gz) of a configuration version, once',
      access: 'anyone',
      params: SignedParams,
      streamed: true,
      answers: { 200: nothing },
      handle: async ({ params, raw }) => {
        if (!signer.verify('upload-configuration', params.id, params.signature)) refuse('not_found');
        const actor: AddressBearer = {
          kind: 'address',
          origin: { address: raw.ip, requestId: raw.id },
        };
        await storeConfiguration(
          platform,
          actor,
          params.id,
          streamedBody(raw),
          async (tx, workspace, version) =>
            await queueUploadedConfiguration(platform, tx, actor, workspace, version),
        );
        return { status: 200 };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/configuration-versions',
      summary: 'List the configuration versions of a workspace, newest first',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: ListQuery,
      answers: { 200: pagedListOf(ConfigurationVersionSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const page = pageOf(query);
        const { versions, totalCount } = await listConfigurationVersions(platform, caller, params.id, page);
        const data = versions.map((version) => configurationVersionResource(version, null));
        return { status: 200, body: { data, ...paginate(raw.url, page, totalCount) } };
      },
    }),
    ...[
      {
        url: '/api/v2/configuration-versions/:id',
        summary: 'Read a configuration version',
        read: readConfigurationVersion,
      },
      {
        url: '/api/v2/runs/:id/configuration-version',
        summary: 'Read what a run works on',
        read: readConfigurationOfRun,
      },
    ].map(({ url, summary, read }) =>
      endpoint({
        method: 'GET',
        url,
        summary,
        access: 'account',
        permission: 'workspace:read-runs',
        params: IdParams,
        query: IncludeQuery,
        answers: { 200: documentOf(ConfigurationVersionSchema) },
        handle: async ({ caller, params, query }: ReadRequest) => {
          const names = parseInclude(query.include);
          const data = configurationVersionResource(await read(platform, caller, params.id), null);
          return { status: 200, body: { data, ...(names.length === 0 ? {} : { included: [] }) } };
        },
      }),
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/configuration-versions/:id/ingress-attributes',
      summary: 'Where a configuration version was fetched from: none was, each is uploaded',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 404: refusal },
      handle: async ({ caller, params }) => {
        await readConfigurationVersion(platform, caller, params.id);
        return refuse('not_found', 'The configuration version was uploaded, not fetched from a repository.');
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/configuration-versions/:id/files',
      summary: 'The files of a configuration version, as a runner unpacks them',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: FilesQuery,
      answers: { 200: FileList },
      handle: async ({ caller, params, query, reply }) => {
        const path = query['filter[path]'];
        const { files, totalCount } = await filesOf(caller, params.id, path, goneSignal(reply));
        const data = files.map(configurationFileResource);
        return { status: 200, body: { data, meta: { 'total-count': totalCount } } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/configuration-versions/:id/download',
      summary: 'Where to download the archive from',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 302: nothing },
      handle: async ({ caller, params }) => {
        const version = await readConfigurationToFetch(platform, caller, params.id);
        if (version.status !== 'uploaded') refuse('not_found');
        return { status: 302, headers: { Location: downloadUrl(version.id) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/configuration-version/download',
      summary: "Where to download the archive of a run's configuration version from",
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 302: nothing },
      handle: async ({ caller, params }) => {
        const version = await readConfigurationOfRun(platform, caller, params.id);
        if (version.status !== 'uploaded') refuse('not_found');
        return { status: 302, headers: { Location: downloadUrl(version.id) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/configuration-versions/:id/actions/archive',
      summary: 'Give up the archive of a configuration version that is not current and that no run needs',
      access: 'account',
      permission: 'workspace:plan-runs',
      params: IdParams,
      answers: { 202: nullBody },
      handle: async ({ caller, params }) => {
        await archiveConfiguration(platform, caller, params.id);
        return { status: 202, body: null };
      },
    }),
    ...DATA_CHANGES.map((change) =>
      endpoint({
        method: 'POST',
        url: `/api/v2/configuration-versions/:id/actions/${change.action}`,
        summary: change.summary,
        access: 'account',
        permission: 'workspace:admin',
        params: IdParams,
        answers: { 200: nothing },
        handle: async ({ caller, params }: { caller: Caller; params: { id: string } }) => {
          await changeBackingData(platform, caller, params.id, change);
          return { status: 200 };
        },
      }),
    ),
    endpoint({
      method: 'GET',
      url: '/api/v2/downloads/configuration-versions/:id/:signature',
      summary: 'Download the archive of a configuration version',
      access: 'anyone',
      params: SignedParams,
      answers: { 200: bytes('application/octet-stream') },
      handle: async ({ params, reply }) => {
        if (!signer.verify('download-configuration', params.id, params.signature)) refuse('not_found');
        const sha256 = await findArchive(platform, params.id);
        await reply.header('Content-Type', 'application/octet-stream').send(await blobs.open(sha256));
        return HIJACKED;
      },
    }),
  ];
}
