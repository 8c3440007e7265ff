/**
 * The requests of terraform and tofu to a network mirror
 * (https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol). Archives are requested
 * without a token, so their URLs are signed.
 */
import * as z from 'zod';
import { PROVIDER_MIRRORS } from '../../../protocol/mirror-path.ts';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { json } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { refuse } from '../../http/refusal.ts';
import { REGISTRY_DOWNLOADS } from '../../http/registry-paths.ts';
import { readOrganization } from '../../organizations/service.ts';
import { ARCHIVE_ANSWERS, sendArchive } from '../../registry-releases/send-archive.ts';
import { hashesOf, type MirroredProvider } from '../document.ts';
import { findArchive, findServed } from '../served.ts';

const FileParams = z.object({
  organization: z.string(),
  host: z.string(),
  namespace: z.string(),
  type: z.string(),
  file: z.string().regex(/\.json$/),
});
const ArchiveParams = z.object({ id: z.string(), signature: z.string(), file: z.string() });

const Index = json(z.object({ versions: z.record(z.string(), z.object({})) }));
const Version = json(
  z.object({
    archives: z.record(z.string(), z.object({ url: z.string(), hashes: z.array(z.string()) })),
  }),
);

export function mirrorProtocolEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db, signer, blobs } = platform;
  const archiveOf = (provider: MirroredProvider) => {
    const { id, type, version, platform: machine } = provider;
    const signature = signer.signBriefly('download-mirrored-provider', id);
    const file = `terraform-provider-${type}_${version}_${machine}.zip`;
    return {
      url: `${REGISTRY_DOWNLOADS}mirrored/${id}/${signature}/${file}`,
      hashes: hashesOf(provider),
    };
  };
  return [
    endpoint({
      method: 'GET',
      url: `${PROVIDER_MIRRORS}:organization/:host/:namespace/:type/:file`,
      summary:
        'The versions of a mirrored provider (index.json), or the archives of one (VERSION.json), for terraform init',
      access: 'account',
      permission: 'organization:read-registry',
      params: FileParams,
      answers: { 200: [Index, Version] },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'read-registry');
        const providers = await findServed(db, organization.id, params);
        const wanted = params.file.slice(0, -'.json'.length);
        const served = providers.filter(({ version }) => wanted === 'index' || version === wanted);
        if (served.length === 0) refuse('not_found');
        const body =
          wanted === 'index'
            ? { versions: Object.fromEntries(served.map(({ version }) => [version, {}])) }
            : { archives: Object.fromEntries(served.map((each) => [each.platform, archiveOf(each)])) };
        return { status: 200, body };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}mirrored/:id/:signature/:file`,
      summary: 'Download the archive of a mirrored provider',
      access: 'anyone',
      params: ArchiveParams,
      answers: ARCHIVE_ANSWERS,
      handle: async ({ params, raw, reply }) => {
        if (!signer.verify('download-mirrored-provider', params.id, params.signature)) refuse('not_found');
        return await sendArchive(blobs, { raw, reply }, await findArchive(db, params.id));
      },
    }),
  ];
}
