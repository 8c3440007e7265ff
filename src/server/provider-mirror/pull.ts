import type { PackageName } from '../../protocol/package-name.ts';
import { addressOf, namePackage } from '../../protocol/package-name.ts';
import { RegistryProblem } from '../../releases/registry-problem.ts';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import type { MirroredProvider } from './document.ts';
import { findMirrored } from './served.ts';
import { requireSpace, storeBlob } from './store-archive.ts';
import type { Upstream } from './upstream.ts';

/** An archive that an organization's mirror lacks, and its registry has. */
export interface Pull {
  organizationId: string;
  name: PackageName;
}

type Provider = Pick<PackageName, 'host' | 'namespace' | 'type'>;

const PREFIX = 'pull-';
/** A longer id fits no address of this server. */
const MAX_ID = 400;

/** The id by which an address names an archive that is not there yet; undefined when the names are too long for one. */
export function idOfPull({ organizationId, name }: Pull): string | undefined {
  const parts = [organizationId, addressOf(name), name.version, name.platform];
  const id = PREFIX + Buffer.from(JSON.stringify(parts)).toString('base64url');
  return id.length > MAX_ID ? undefined : id;
}

/** @param id has the signature of this server. @returns undefined for the id of a stored archive */
export function readPull(id: string): Pull | undefined {
  if (!id.startsWith(PREFIX)) return undefined;
  const [organizationId = '', address = '', version = '', platform = ''] = JSON.parse(
    Buffer.from(id.slice(PREFIX.length), 'base64url').toString('utf8'),
  ) as string[];
  const name = namePackage(address, version, platform);
  return name && { organizationId, name };
}

/**
 * Gives the archive of the organization's mirror, after it was fetched from its registry if it is not there. It is kept
 * whole, with the hash that the registry's key has signed, or not at all.
 *
 * @throws 404, 409, 422, 503 with the reason
 */
export async function pullMirrored(
  platform: Platform,
  upstream: Upstream,
  { organizationId, name }: Pull,
): Promise<MirroredProvider> {
  const known = await findMirrored(platform.db, organizationId, name);
  if (known !== undefined) return known;
  await requireSpace(platform, platform.db, organizationId, 0);
  const { blob, release } = await upstream
    .download(name)
    .catch((error: unknown) => refuseProblem(name, error));
  platform.log.info(
    {
      provider: `${addressOf(name)} ${name.version} ${name.platform}`,
      bytes: blob.sizeBytes,
      key: release.keyId,
    },
    'the mirror has fetched a provider',
  );
  const hashes = [`zh:${release.sha256}`];
  return await storeBlob(platform, null, organizationId, { name, hashes }, blob);
}

/** The versions that the registry has, as far as a mirror can give them. @throws RegistryProblem */
export async function listFetchable(
  upstream: Upstream,
  provider: Provider,
): Promise<{ version: string; platforms: string[] }[]> {
  const all = await upstream.listReleases(provider);
  return all.filter(({ version, platforms }) =>
    platforms.some((machine) => namePackage(addressOf(provider), version, machine) !== undefined),
  );
}

/** The archives of a version that can be fetched, with the hashes signed for them. @throws RegistryProblem */
export async function listPulls(
  upstream: Upstream,
  organizationId: string,
  provider: Provider,
  version: string,
): Promise<{ id: string; name: PackageName; sha256: string }[]> {
  const listed = (await listFetchable(upstream, provider)).find((each) => each.version === version);
  const names = (listed?.platforms ?? [])
    .map((machine) => namePackage(addressOf(provider), version, machine))
    .filter((name) => name !== undefined);
  const [first] = names;
  if (first === undefined) return [];
  const { platforms } = await upstream.findRelease(first);
  return names.flatMap((name) => {
    const sha256 = platforms.get(name.platform);
    const id = idOfPull({ organizationId, name });
    return sha256 === undefined || id === undefined ? [] : [{ id, name, sha256 }];
  });
}

/** @throws a refusal for a problem of the registry, else the error itself */
export function refuseProblem(provider: Provider, error: unknown): never {
  if (!(error instanceof RegistryProblem)) throw error;
  const which = `${provider.host}/${provider.namespace}/${provider.type}`;
  if (error.kind === 'absent')
    refuse('not_found', `The registry has no ${which} of this kind: ${error.message}.`);
  refuse(
    error.kind === 'untrusted' ? 'conflict' : 'unavailable',
    `The mirror lacks ${which}, and cannot get it from its registry: ${error.message}.`,
  );
}
