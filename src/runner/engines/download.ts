import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { EngineSettings } from '../settings.ts';
import { readSignedChecksum, UntrustedRelease } from './checksums.ts';
import { HASHICORP_RELEASE_KEY } from './hashicorp-release-key.ts';
import { hostPlatform } from './host-platform.ts';
import { compareVersions, parseVersion, type Matcher, type Version } from './version.ts';

/** The mirror has no such version, or no such file of it. */
export class NoSuchRelease extends Error {
  override name = 'NoSuchRelease';
}

type Mirror = Pick<EngineSettings, 'mirrorUrl' | 'trustedKeyFile' | 'cacheFolder'>;

/** Roughly four times the size of a current release. */
const MAX_ZIP_BYTES = 512 * 1024 ** 2;
const MAX_BINARY_BYTES = 1024 ** 3;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const HASHICORP_KEY_ID = '72D7468F';

/**
 * The path of terraform `version`, from the cache or, after its signature and checksum are verified, from the mirror.
 * Two concurrent downloads write separate files and rename them; both files are verified.
 */
export async function downloadTerraform(version: string, mirror: Mirror): Promise<string> {
  const folder = join(mirror.cacheFolder, 'terraform', version);
  const binary = join(folder, 'terraform');
  if (await stat(binary).catch(() => undefined)) return binary;

  const root = `${mirror.mirrorUrl.replace(/\/+$/, '')}/terraform/${version}/terraform_${version}_`;
  const keys = mirror.trustedKeyFile ? await readFile(mirror.trustedKeyFile, 'utf8') : HASHICORP_RELEASE_KEY;
  const sums = await fetchBytes(`${root}SHA256SUMS`);
  const signature = await fetchFirst([`${root}SHA256SUMS.${HASHICORP_KEY_ID}.sig`, `${root}SHA256SUMS.sig`]);
  const zipName = `terraform_${version}_${hostPlatform()}.zip`;
  const digest = await readSignedChecksum(sums, signature, keys, zipName);
  const zip = await fetchBytes(`${root}${hostPlatform()}.zip`);
  const actual = createHash('sha256').update(zip).digest('hex');
  if (actual !== digest) throw new UntrustedRelease(`${zipName} has SHA-256 ${actual}, signed is ${digest}`);

  await mkdir(folder, { recursive: true, mode: 0o755 });
  const partial = join(folder, `.terraform-${randomUUID()}`);
  try {
    await writeFile(partial, extractBinary(zip, zipName), { mode: 0o755, flag: 'wx' });
    await chmod(partial, 0o755);
    await rename(partial, binary);
  } finally {
    await rm(partial, { force: true });
  }
  return binary;
}

/** The newest version on the mirror that fits. Errors: {@link NoSuchRelease}. */
export async function findNewestRelease(matches: Matcher, mirrorUrl: string): Promise<string> {
  const url = `${mirrorUrl.replace(/\/+$/, '')}/terraform/index.json`;
  const index = JSON.parse((await fetchBytes(url)).toString('utf8')) as {
    versions?: Record<string, unknown>;
  };
  let newest: { text: string; version: Version } | undefined;
  for (const text of Object.keys(index.versions ?? {})) {
    const version = parseVersion(text);
    if (!version || !matches(version)) continue;
    if (!newest || compareVersions(version, newest.version) > 0) newest = { text, version };
  }
  if (!newest) throw new NoSuchRelease(`${url} names no version that fits`);
  return newest.text;
}

function extractBinary(zip: Uint8Array, zipName: string): Uint8Array {
  const entries = unzipSync(zip, {
    filter: (entry) => entry.name === 'terraform' && entry.originalSize <= MAX_BINARY_BYTES,
  });
  const binary = entries['terraform'];
  if (!binary) throw new NoSuchRelease(`${zipName} holds no file "terraform"`);
  return binary;
}

async function fetchFirst(urls: readonly string[]): Promise<Buffer> {
  for (const [index, url] of urls.entries()) {
    try {
      return await fetchBytes(url);
    } catch (error) {
      if (!(error instanceof NoSuchRelease) || index === urls.length - 1) throw error;
    }
  }
  throw new NoSuchRelease('no address to fetch from');
}

async function fetchBytes(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (response.status === 404 || response.status === 403)
    throw new NoSuchRelease(`${url}: ${response.status}`);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ZIP_BYTES) throw new Error(`${url}: larger than ${MAX_ZIP_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
