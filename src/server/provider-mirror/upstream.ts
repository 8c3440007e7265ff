import type { Platform } from '../context.ts';
import type { PackageName } from '../../protocol/package-name.ts';
import { openArchive } from '../../releases/open-archive.ts';
import {
  findRelease,
  listReleases,
  type RegistryAccess,
  type SignedRelease,
} from '../../releases/provider-registry.ts';
import { RegistryProblem } from '../../releases/registry-problem.ts';
import type { Blob } from '../blobs/blob-store.ts';
import { createMemory } from './memory.ts';

/** Terraform gives a mirror ten seconds for a document. */
const DOCUMENTS_MS = 8_000;
const ARCHIVE_MS = 15 * 60_000;
const MAX_ARCHIVE_BYTES = 1024 ** 3;
/** Archives that this server downloads at the same time. */
const MAX_DOWNLOADS = 4;
const KEPT_MS = 60_000;
/** A registry that is away, or has no such provider, is not asked again for this long. */
const FAILED_MS = 30_000;

type Provider = Pick<PackageName, 'host' | 'namespace' | 'type'>;
type Releases = { version: string; platforms: string[] }[];

/** The registries from which the server fetches what its mirrors lack. */
export interface Upstream {
  has(host: string): boolean;
  /** @throws RegistryProblem */
  listReleases(provider: Provider): Promise<Releases>;
  /** The signed hashes of a version, for all platforms. @throws RegistryProblem */
  findRelease(name: PackageName): Promise<SignedRelease>;
  /** Downloads an archive, once for all who wait for it. @throws RegistryProblem */
  download(name: PackageName): Promise<{ blob: Blob; release: SignedRelease }>;
}

/** @param platform is used only by calls */
export function createUpstream(
  platform: Pick<Platform, 'outbound' | 'blobs' | 'mirrorRegistries'>,
): Upstream {
  const times = { keptMs: KEPT_MS, failedMs: FAILED_MS };
  const lists = createMemory<Releases>(times);
  const releases = createMemory<SignedRelease>(times);
  // A finished download is a blob that its askers have named by then.
  const downloads = createMemory<{ blob: Blob; release: SignedRelease }>({ keptMs: KEPT_MS, failedMs: 0 });
  const turns = limitTo(MAX_DOWNLOADS);
  const away = new Map<string, { problem: RegistryProblem; until: number }>();

  async function ask<Answer>(
    host: string,
    act: (access: RegistryAccess) => Promise<Answer>,
  ): Promise<Answer> {
    const origin = platform.mirrorRegistries.get(host);
    if (origin === undefined) throw new RegistryProblem('absent', `${host} is no registry of this mirror`);
    const trouble = away.get(host);
    if (trouble !== undefined && trouble.until > Date.now()) throw trouble.problem;
    const whole = AbortSignal.timeout(DOCUMENTS_MS);
    try {
      return await act({
        open: async (url, signal) => await platform.outbound.open(url, AbortSignal.any([signal, whole])),
        ...{ origin, timeoutMs: DOCUMENTS_MS },
      });
    } catch (error) {
      if (error instanceof RegistryProblem && error.kind === 'away')
        away.set(host, { problem: error, until: Date.now() + FAILED_MS });
      throw error;
    }
  }

  const upstream: Upstream = {
    has: (host) => platform.mirrorRegistries.has(host),
    listReleases: async (provider) =>
      await lists(`${provider.host}/${provider.namespace}/${provider.type}`, async () =>
        ask(provider.host, async (access) => await listReleases(access, provider)),
      ),
    findRelease: async (name) =>
      await releases(JSON.stringify(name), async () =>
        ask(name.host, async (access) => await findRelease(access, name)),
      ),
    download: async (name) =>
      await downloads(JSON.stringify(name), async () =>
        turns(async () => {
          const release = await upstream.findRelease(name);
          const open = async (url: string, signal: AbortSignal) => await platform.outbound.open(url, signal);
          const limits = { maxBytes: MAX_ARCHIVE_BYTES, timeoutMs: ARCHIVE_MS };
          const blob = await platform.blobs.put(await openArchive(open, release, limits), limits);
          return { blob, release };
        }),
      ),
  };
  return upstream;
}

/** Runs at most so many acts at a time; the others wait for their turn. */
function limitTo(most: number): <T>(act: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (act) => {
    while (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await act();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
