/**
 * The requests of terraform and tofu to find and download providers
 * (https://developer.hashicorp.com/terraform/internals/provider-registry-protocol). A version without signed sums is
 * hidden, and so is a platform without its archive.
 */
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes, json } from '../../http/answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../../http/endpoint.ts';
import { refuse } from '../../http/refusal.ts';
import { PROVIDER_REGISTRY, REGISTRY_DOWNLOADS } from '../../http/registry-paths.ts';
import { ARCHIVE_ANSWERS, sendArchive } from '../../registry-releases/send-archive.ts';
import { downloadPath } from '../links.ts';
import { readProvider } from '../service.ts';
import { findArchive, readServed, readSums } from '../served.ts';

const ProviderParams = z.object({ namespace: z.string(), provider: z.string() });
const DownloadParams = ProviderParams.extend({ version: z.string(), os: z.string(), arch: z.string() });
const FileParams = z.object({ id: z.string(), signature: z.string(), file: z.string() });

const Versions = json(
  z.object({
    versions: z.array(
      z.object({
        version: z.string(),
        protocols: z.array(z.string()),
        platforms: z.array(z.object({ os: z.string(), arch: z.string() })),
      }),
    ),
  }),
);
const Download = json(
  z.object({
    protocols: z.array(z.string()),
    os: z.string(),
    arch: z.string(),
    filename: z.string(),
    download_url: z.string(),
    shasums_url: z.string(),
    shasums_signature_url: z.string(),
    shasum: z.string(),
    signing_keys: z.object({
      gpg_public_keys: z.array(z.object({ key_id: z.string(), ascii_armor: z.string() })),
    }),
  }),
);

export function providerProtocolEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer, blobs } = platform;
  const read = async (caller: Caller, params: z.output<typeof ProviderParams>) => {
    const address = { ...params, organization: params.namespace };
    const { provider } = await readProvider(platform, caller, address, 'read-registry');
    return await readServed(db, provider.id);
  };
  const requireSigned = (kind: string, { id, signature }: z.output<typeof FileParams>): void => {
    if (!signer.verify('download-provider', `${kind} ${id}`, signature)) refuse('not_found');
  };
  return [
    endpoint({
      method: 'GET',
      url: `${PROVIDER_REGISTRY}:namespace/:provider/versions`,
      summary: 'The versions of a provider that are signed, for terraform init',
      access: 'account',
      permission: 'organization:read-registry',
      params: ProviderParams,
      answers: { 200: Versions },
      handle: async ({ caller, params }) => {
        const versions = (await read(caller, params)).map(({ version, protocols, platforms }) => ({
          version,
          protocols,
          platforms: platforms.map(({ os, arch }) => ({ os, arch })),
        }));
        return { status: 200, body: { versions } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${PROVIDER_REGISTRY}:namespace/:provider/:version/download/:os/:arch`,
      summary: 'Where terraform init downloads a provider from, its sums, their signature and its key',
      access: 'account',
      permission: 'organization:read-registry',
      params: DownloadParams,
      answers: { 200: Download },
      handle: async ({ caller, params }) => {
        const { os, arch } = params;
        const served = (await read(caller, params)).find(({ version }) => version === params.version);
        const found = served?.platforms.find((each) => each.os === os && each.arch === arch);
        if (served === undefined || found === undefined) refuse('not_found');
        const { protocols, keyId, asciiArmor } = served;
        const { filename, shasum } = found;
        return {
          status: 200,
          body: {
            ...{ protocols, os, arch, filename, shasum },
            download_url: downloadPath(platform, 'archive', found.id, filename),
            shasums_url: downloadPath(platform, 'shasums', served.id, 'SHA256SUMS'),
            shasums_signature_url: downloadPath(platform, 'signature', served.id, 'SHA256SUMS.sig'),
            signing_keys: { gpg_public_keys: [{ key_id: keyId, ascii_armor: asciiArmor }] },
          },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}providers/shasums/:id/:signature/:file`,
      summary: 'Download the SHA256SUMS of a version of a provider',
      access: 'anyone',
      params: FileParams,
      answers: { 200: bytes('text/plain') },
      handle: async ({ params }) => {
        requireSigned('shasums', params);
        const { shasums } = await readSums(db, params.id);
        return {
          status: 200,
          text: shasums,
          headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}providers/signature/:id/:signature/:file`,
      summary: 'Download the signature of the SHA256SUMS of a version of a provider',
      access: 'anyone',
      params: FileParams,
      answers: { 200: bytes('application/octet-stream') },
      handle: async ({ params, reply }) => {
        requireSigned('signature', params);
        const { signature } = await readSums(db, params.id);
        await reply.header('Content-Type', 'application/octet-stream').send(signature);
        return HIJACKED;
      },
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}providers/archive/:id/:signature/:file`,
      summary: 'Download the archive of a provider',
      access: 'anyone',
      params: FileParams,
      answers: ARCHIVE_ANSWERS,
      handle: async ({ params, raw, reply }) => {
        requireSigned('archive', params);
        return await sendArchive(blobs, { raw, reply }, await findArchive(db, params.id));
      },
    }),
  ];
}
