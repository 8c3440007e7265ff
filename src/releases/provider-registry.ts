import * as z from 'zod';
import type { PackageName } from '../protocol/package-name.ts';
import { fetchBytes, fetchJson, type OpenUrl } from './fetch-url.ts';
import { RegistryProblem } from './registry-problem.ts';
import { findForgery } from './signature.ts';

/** A registry of providers, as one program reaches it. */
export interface RegistryAccess {
  open: OpenUrl;
  /** The origin to ask, as `https://registry.terraform.io`; it may differ from the host in the providers' names. */
  origin: string;
  /** For each request of a document. */
  timeoutMs: number;
}

type ProviderName = Pick<PackageName, 'namespace' | 'type'>;

/** A version of a provider for one platform, as its signer describes it. */
export interface SignedRelease {
  archiveUrl: string;
  /** SHA-256 of the archive. */
  sha256: string;
  /** The SHA-256 of the archive of every platform, by platform. */
  platforms: ReadonlyMap<string, string>;
  /** The id of the key that signed the hashes. */
  keyId: string;
}

const MAX_JSON_BYTES = 10 * 1024 ** 2;
const MAX_SUMS_BYTES = 1024 ** 2;
const MAX_SIGNATURE_BYTES = 64 * 1024;
const MAX_KEYS = 20;

const Discovery = z.object({ 'providers.v1': z.string().max(2_000).optional() });
const Machine = z.object({ os: z.string().max(100), arch: z.string().max(100) });
const Versions = z.object({
  versions: z.array(z.object({ version: z.string().max(200), platforms: z.array(Machine).default([]) })),
});
const Download = z.object({
  filename: z.string().max(500),
  download_url: z.string().max(10_000),
  shasums_url: z.string().max(10_000),
  shasums_signature_url: z.string().max(10_000),
  signing_keys: z.object({
    gpg_public_keys: z
      .array(z.object({ key_id: z.string().max(100).default(''), ascii_armor: z.string().max(200_000) }))
      .max(MAX_KEYS)
      .default([]),
  }),
});

/** The versions of a provider, each with its platforms. @throws RegistryProblem */
export async function listReleases(
  access: RegistryAccess,
  { namespace, type }: ProviderName,
): Promise<{ version: string; platforms: string[] }[]> {
  const base = await discover(access);
  const { value } = await fetchJson(
    access.open,
    new URL(`${namespace}/${type}/versions`, base).href,
    Versions,
    {
      maxBytes: MAX_JSON_BYTES,
      timeoutMs: access.timeoutMs,
    },
  );
  return value.versions.map(({ version, platforms }) => ({
    version,
    platforms: platforms.map(({ os, arch }) => `${os}_${arch}`),
  }));
}

/**
 * Finds the archive of a provider and the hashes that are signed for it, as terraform does: the registry names the
 * keys, and one of them must have signed the hashes.
 *
 * @throws RegistryProblem
 */
export async function findRelease(access: RegistryAccess, name: PackageName): Promise<SignedRelease> {
  const { open, timeoutMs } = access;
  const { namespace, type, version, platform } = name;
  const base = await discover(access);
  const path = `${namespace}/${type}/${version}/download/${platform.replace('_', '/')}`;
  const { url, value } = await fetchJson(open, new URL(path, base).href, Download, {
    maxBytes: MAX_JSON_BYTES,
    timeoutMs,
  });
  const at = (link: string): string => {
    if (!URL.canParse(link, url))
      throw new RegistryProblem('away', 'the registry names an address that is none');
    return new URL(link, url).href;
  };
  const { bytes: sums } = await fetchBytes(open, at(value.shasums_url), {
    maxBytes: MAX_SUMS_BYTES,
    timeoutMs,
  });
  const { bytes: signature } = await fetchBytes(open, at(value.shasums_signature_url), {
    maxBytes: MAX_SIGNATURE_BYTES,
    timeoutMs,
  });
  const keyId = await findSigner(sums, signature, value.signing_keys.gpg_public_keys);
  const platforms = readSums(sums.toString('utf8'), `terraform-provider-${type}_${version}_`);
  const sha256 = platforms.get(platform);
  if (sha256 === undefined)
    throw new RegistryProblem('untrusted', `the signed hashes do not name an archive for ${platform}`);
  return { archiveUrl: at(value.download_url), sha256, platforms, keyId };
}

/** The address below which the registry serves providers. */
async function discover({ open, origin, timeoutMs }: RegistryAccess): Promise<string> {
  const { url, value } = await fetchJson(open, `${origin}/.well-known/terraform.json`, Discovery, {
    maxBytes: MAX_JSON_BYTES,
    timeoutMs,
  });
  const base = value['providers.v1'];
  if (base === undefined || !URL.canParse(base, url))
    throw new RegistryProblem('absent', `${origin} is no registry of providers`);
  return new URL(base.endsWith('/') ? base : `${base}/`, url).href;
}

async function findSigner(
  sums: Uint8Array,
  signature: Uint8Array,
  keys: readonly { key_id: string; ascii_armor: string }[],
): Promise<string> {
  if (keys.length === 0) throw new RegistryProblem('untrusted', 'the registry names no key that signs it');
  let reason = '';
  for (const { key_id: id, ascii_armor: key } of keys) {
    const forgery = await findForgery(sums, signature, key);
    if (forgery === undefined) return id.replace(/[^0-9A-Za-z]/g, '').slice(0, 40);
    reason = forgery;
  }
  throw new RegistryProblem('untrusted', `none of the registry's keys has signed its hashes: ${reason}`);
}

function readSums(text: string, prefix: string): Map<string, string> {
  const platforms = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, sum, file] = /^([0-9a-f]{64}) [ *](\S{1,300})$/.exec(line.trimEnd()) ?? [];
    if (sum === undefined || file === undefined || !file.startsWith(prefix) || !file.endsWith('.zip'))
      continue;
    platforms.set(file.slice(prefix.length, -'.zip'.length), sum);
  }
  return platforms;
}
