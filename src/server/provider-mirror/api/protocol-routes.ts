/**
 * The requests of terraform and tofu to a network mirror
 * (https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol). Archives are requested
 * without a token, so their URLs are signed.
 */
import * as z from 'zod';
import { PROVIDER_MIRRORS } from '../../../protocol/mirror-path.ts';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { json, refusal } from '../../http/answers.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { refuse } from '../../http/refusal.ts';
import { REGISTRY_DOWNLOADS } from '../../http/registry-paths.ts';
import { readOrganization } from '../../organizations/service.ts';
import { ARCHIVE_ANSWERS, sendArchive } from '../../registry-releases/send-archive.ts';
import type { PackageName } from '../../../protocol/package-name.ts';
import { RegistryProblem } from '../../../releases/registry-problem.ts';
import { hashesOf, type MirroredProvider } from '../document.ts';
import { listFetchable, listPulls, pullMirrored, readPull, refuseProblem } from '../pull.ts';
import { findArchive, findServed } from '../served.ts';
import { createUpstream } from '../upstream.ts';

type Provider = Pick<PackageName, 'host' | 'namespace' | 'type'>;

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
  const { db, blobs } = platform;
  const upstream = createUpstream(platform);
  const addressOfArchive = (id: string, { type, version, platform: machine }: PackageName): string => {
    const signature = platform.signer.signBriefly('download-mirrored-provider', id);
    const file = `terraform-provider-${type}_${version}_${machine}.zip`;
    return `${REGISTRY_DOWNLOADS}mirrored/${id}/${signature}/${file}`;
  };
  const archiveOf = (provider: MirroredProvider) => ({
    url: addressOfArchive(provider.id, provider),
    hashes: hashesOf(provider),
  });
  /** What the registry adds to what is there; where something is there, a problem of the registry is no reason to fail. */
  const ask = async <Answer>(
    provider: Provider,
    isServed: boolean,
    nothing: Answer,
    act: () => Promise<Answer>,
  ): Promise<Answer> => {
    if (!upstream.has(provider.host)) return nothing;
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof RegistryProblem) || !isServed) return refuseProblem(provider, error);
      const { host, namespace, type } = provider;
      platform.log.warn(
        { provider: `${host}/${namespace}/${type}`, reason: error.message },
        'the mirror gives what it has: the registry cannot be asked',
      );
      return nothing;
    }
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
      answers: { 200: [Index, Version], 409: refusal, 503: refusal },
      handle: async ({ caller, params }) => {
        const organization = await readOrganization(platform, caller, params.organization, 'read-registry');
        const providers = await findServed(db, organization.id, params);
        const wanted = params.file.slice(0, -'.json'.length);
        if (wanted === 'index') {
          const more = await ask(params, providers.length > 0, [], () => listFetchable(upstream, params));
          const versions = new Set([...providers, ...more].map(({ version }) => version));
          if (versions.size === 0) refuse('not_found');
          return {
            status: 200,
            body: { versions: Object.fromEntries([...versions].map((each) => [each, {}])) },
          };
        }
        const served = providers.filter(({ version }) => version === wanted);
        const more = await ask(params, served.length > 0, [], () =>
          listPulls(upstream, organization.id, params, wanted),
        );
        const archives = [
          ...more.map(({ id, name, sha256 }) => {
            const hashes = [`zh:${sha256}`];
            return [name.platform, { url: addressOfArchive(id, name), hashes }] as const;
          }),
          // What is there goes before what could be fetched.
          ...served.map((each) => [each.platform, archiveOf(each)] as const),
        ];
        if (archives.length === 0) refuse('not_found');
        return { status: 200, body: { archives: Object.fromEntries(archives) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: `${REGISTRY_DOWNLOADS}mirrored/:id/:signature/:file`,
      summary: 'Download the archive of a mirrored provider, which the server fetches first if it lacks it',
      access: 'anyone',
      params: ArchiveParams,
      answers: { ...ARCHIVE_ANSWERS, 409: refusal, 422: refusal, 503: refusal },
      handle: async ({ params, raw, reply }) => {
        if (!platform.signer.verify('download-mirrored-provider', params.id, params.signature))
          refuse('not_found');
        const pull = readPull(params.id);
        const { id } = pull === undefined ? params : await pullMirrored(platform, upstream, pull);
        return await sendArchive(blobs, { raw, reply }, await findArchive(db, id));
      },
    }),
  ];
}
