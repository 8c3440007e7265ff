import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineProduct } from '../../protocol/agent.ts';
import { takeTurn } from '../providers/flight.ts';
import type { EngineSettings } from '../settings.ts';
import { readSignedSums, UntrustedRelease } from '../downloads/signed-sums.ts';
import { PRODUCTS, productOf } from './differences.ts';
import { binaryOf, findDownloaded, isFile } from './downloaded-engines.ts';
import { inspectEngine, type Engine } from './engine.ts';
import { hostPlatform } from '../host-platform.ts';
import { fetchBytes, fetchFile, NoSuchFile } from '../downloads/request.ts';
import { unpackRelease } from './unpack-release.ts';

type Source = Pick<EngineSettings, 'releases' | 'cacheFolder'>;

const MINUTE_MS = 60_000;
/** Roughly four times the size of a current release. */
const ARCHIVE = { bytes: 512 * 1024 ** 2, milliseconds: 10 * MINUTE_MS };
const SUMS = { bytes: 1024 ** 2, milliseconds: MINUTE_MS };
/** Somewhat longer than the requests of another process may take. */
const WAIT_MS = 15 * MINUTE_MS;

/**
 * A release of exactly this version: one that was downloaded before, or from the product's site or its mirror, once
 * signature and checksum are verified. Of all processes of this host one downloads, the others wait for it. A program
 * gets its name only when it has answered with its product and version, so a killed download leaves nothing that
 * is used. Errors: {@link NoSuchFile}, {@link UntrustedRelease}, and those of the disk and the network.
 */
export async function downloadEngine(
  product: EngineProduct,
  version: string,
  source: Source,
): Promise<Engine> {
  const before = await findDownloaded(product, version, source.cacheFolder);
  if (before) return before;
  const staging = join(source.cacheFolder, 'staging');
  const flights = join(source.cacheFolder, 'flights');
  for (const folder of [staging, flights]) await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeRemains(staging, flights);

  const name = `${product}-${version}`;
  const giveUpAt = performance.now() + WAIT_MS;
  const endTurn = await takeTurn(flights, [name], () => performance.now() > giveUpAt);
  if (!endTurn) throw new Error('another process of this host has been downloading it for too long');
  const place = join(staging, name);
  try {
    const meanwhile = await findDownloaded(product, version, source.cacheFolder);
    if (meanwhile) return meanwhile;
    await rm(place, { recursive: true, force: true });
    await mkdir(join(place, 'unpacked'), { recursive: true, mode: 0o700 });
    const program = await fetchProgram(product, version, source, place);
    const binary = binaryOf(product, version, source.cacheFolder);
    await mkdir(dirname(binary), { recursive: true, mode: 0o755 });
    await rename(program, binary);
    return await inspectEngine(binary);
  } finally {
    await rm(place, { recursive: true, force: true }).finally(endTurn);
  }
}

async function fetchProgram(
  product: EngineProduct,
  version: string,
  { releases }: Source,
  place: string,
): Promise<string> {
  const { program, site } = PRODUCTS[product];
  const { mirrorUrl, trustedKeyFile } = releases[product];
  const url = `${site.folderOf(mirrorUrl, version)}/${program}_${version}_`;
  const keys = trustedKeyFile === undefined ? site.keys : await readFile(trustedKeyFile, 'utf8');
  const sums = await fetchBytes(`${url}SHA256SUMS`, SUMS);
  const signature = await fetchFirst(site.signatures.map((end) => `${url}SHA256SUMS${end}`));
  const platform = hostPlatform();
  const names = site.archives.map((end) => `${program}_${version}_${platform}${end}`);
  const { digests } = await readSignedSums(sums, signature, keys);
  const name = names.find((each) => digests.has(each));
  if (name === undefined) throw new NoSuchFile(`the release has no archive for ${platform}`);
  const archive = join(place, name);
  const digest = await fetchFile(`${site.folderOf(mirrorUrl, version)}/${name}`, archive, ARCHIVE);
  if (digest !== digests.get(name))
    throw new UntrustedRelease(`${name} has SHA-256 ${digest}, signed is ${digests.get(name)}`);
  const unpacked = await unpackRelease(archive, program, join(place, 'unpacked'));
  if (!(await isFile(unpacked)))
    throw new UntrustedRelease(`${name} holds no file ${JSON.stringify(program)}`);
  await closeProgram(unpacked);
  const engine = await inspectEngine(unpacked).catch((error: unknown) => {
    throw new UntrustedRelease(`the program in ${name} does not work here: ${String(error)}`);
  });
  if (productOf(engine) !== product || engine.version !== version)
    throw new UntrustedRelease(`${name} holds ${engine.product} ${engine.version}`);
  return unpacked;
}

/** The bytes are on the disk before the program has its name. */
async function closeProgram(file: string): Promise<void> {
  await chmod(file, 0o755);
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What killed downloads have left; those of living processes are locked. */
async function removeRemains(staging: string, flights: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const endTurn = await takeTurn(flights, [name], () => true);
    if (!endTurn) continue;
    await rm(join(staging, name), { recursive: true, force: true }).finally(endTurn);
  }
}

async function fetchFirst(urls: readonly string[]): Promise<Buffer> {
  for (const [index, url] of urls.entries()) {
    try {
      return await fetchBytes(url, SUMS);
    } catch (error) {
      if (!(error instanceof NoSuchFile) || index === urls.length - 1) throw error;
    }
  }
  throw new NoSuchFile('no address to fetch from');
}
