import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { addressOf, pathOf, type PackageName } from '../../protocol/package-name.ts';
import { fetchBytes, fetchFile, NoSuchFile } from '../downloads/request.ts';
import { readSignedSums } from '../downloads/signed-sums.ts';
import type { LockEntry } from './lock-file.ts';
import { keysOf, signatureOf, sumsNameOf } from './mirror-folder.ts';
import { hashPackage, listPackage, requireProgram } from './package-files.ts';
import { saysWhich } from './satisfy.ts';
import type { Transferred } from './transfer.ts';
import { unpackZip } from './unpack-zip.ts';

/** One archive that is to be fetched, and the hashes that its lock file has; empty when it has none. */
export interface WantedArchive {
  name: PackageName;
  hashes: LockEntry['hashes'];
}

const SMALL = { bytes: 1024 ** 2, milliseconds: 60_000 };
const ARCHIVE = { bytes: 4 * 1024 ** 3, milliseconds: 60 * 60_000 };

const Discovery = z.object({ 'providers.v1': z.string() });
const Download = z.object({
  download_url: z.string(),
  shasums_url: z.string(),
  shasums_signature_url: z.string(),
  signing_keys: z.object({ gpg_public_keys: z.array(z.object({ ascii_armor: z.string() })) }),
});

/**
 * Fetches archives from their registries into a folder with the layout of `terraform providers mirror`, each with the
 * checksums of its version, their signature and the keys that the registry names. Signature, checksum and lock file
 * are checked before an archive gets its name. Archives that fail do not stop the others.
 *
 * @param tokenOf the token for a registry's host
 */
export async function* fetchArchives(
  wanted: readonly WantedArchive[],
  root: string,
  tokenOf: (host: string) => string | undefined,
): AsyncGenerator<Transferred> {
  for (const each of wanted) {
    const path = pathOf(each.name);
    const folder = join(root, addressOf(each.name));
    await mkdir(folder, { recursive: true });
    const place = await mkdtemp(join(root, '.partial-'));
    try {
      yield { path, sizeBytes: await fetchArchive(each, folder, place, tokenOf(each.name.host)) };
    } catch (error) {
      yield { path, sizeBytes: 0, problem: error instanceof Error ? error.message : String(error) };
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }
}

async function fetchArchive(
  { name, hashes }: WantedArchive,
  folder: string,
  place: string,
  token: string | undefined,
): Promise<number> {
  const { url, download } = await askRegistry(name, token);
  const at = (address: string): string => new URL(address, url).href;
  const sums = await fetchBytes(at(download.shasums_url), SMALL);
  const signature = await fetchBytes(at(download.shasums_signature_url), SMALL);
  const keys = download.signing_keys.gpg_public_keys.map((key) => key.ascii_armor).join('\n');
  if (keys === '') throw new Error('its registry names no key that signs it');
  const { digests } = await readSignedSums(sums, signature, keys);
  const fileName = `terraform-provider-${name.type}_${name.version}_${name.platform}.zip`;
  const digest = digests.get(fileName);
  if (digest === undefined) throw new Error(`the signed checksums do not name ${fileName}`);
  const archive = join(place, fileName);
  const actual = await fetchFile(at(download.download_url), archive, ARCHIVE);
  if (actual !== digest) throw new Error(`${fileName} has SHA-256 ${actual}, signed is ${digest}`);
  const unpacked = join(place, 'unpacked');
  await mkdir(unpacked);
  await unpackZip(archive, unpacked);
  const files = await listPackage(unpacked);
  await requireProgram(unpacked, files, name);
  const own = [await hashPackage(unpacked, files), `zh:${digest}`];
  if (saysWhich({ hashes }) && !own.some((hash) => hashes.includes(hash)))
    throw new Error(
      `it has the hashes ${own.join(', ')}, and the lock file names none of them; \`terraform providers lock -platform=${name.platform}\` adds them`,
    );

  const sumsFile = join(folder, sumsNameOf(name));
  await putFile(sumsFile, sums);
  await putFile(signatureOf(sumsFile), signature);
  await putFile(keysOf(sumsFile), keys);
  await rename(archive, join(folder, fileName));
  await addTo(join(folder, `${name.version}.json`), 'archives', name.platform, {
    url: fileName,
    hashes: own,
  });
  await addTo(join(folder, 'index.json'), 'versions', name.version, {});
  return files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

async function askRegistry(
  { host, namespace, type, version, platform }: PackageName,
  token: string | undefined,
): Promise<{ url: string; download: z.infer<typeof Download> }> {
  const limits = { ...SMALL, ...(token !== undefined && { token }) };
  const discovery = `https://${host}/.well-known/terraform.json`;
  const { 'providers.v1': base } = parse(Discovery, await fetchBytes(discovery, limits), discovery);
  const [os, arch] = platform.split('_');
  const root = new URL(base.replace(/\/*$/, '/'), discovery);
  const url = new URL(`${namespace}/${type}/${version}/download/${os}/${arch}`, root).href;
  const answer = await fetchBytes(url, limits).catch((error: unknown) => {
    if (error instanceof NoSuchFile)
      throw new Error(`its registry has no such version for ${platform}, or does not show it`, {
        cause: error,
      });
    throw error;
  });
  return { url, download: parse(Download, answer, url) };
}

function parse<Shape extends z.ZodType>(shape: Shape, bytes: Buffer, url: string): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new Error(`${url} does not answer as a registry of providers`, { cause: error });
  }
}

async function putFile(file: string, content: Buffer | string): Promise<void> {
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, content);
  await rename(partial, file);
}

const Description = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Adds an entry to a file of a mirror, as terraform writes it. */
async function addTo(file: string, list: string, name: string, entry: unknown): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '{}';
  });
  const before = parse(Description, Buffer.from(text), file);
  const after = { ...before, [list]: { ...before[list], [name]: entry } };
  await putFile(file, `${JSON.stringify(after, null, 2)}\n`);
}
