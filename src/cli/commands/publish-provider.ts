import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiError, type Client } from '@runwright/client';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { providerNamed } from '../registry-names.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends ConnectionFlags {
  readonly key?: string;
  readonly protocols: string;
  readonly json?: true;
}

const UPLOAD_MS = 30 * 60_000;

/** Uploads each missing part, so that an interrupted publication can be repeated. */
export async function publishProvider(
  { provider: text, version, folder }: { provider: string; version: string; folder: string },
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const provider = providerNamed(text);
  const files = await findFiles(folder, provider.name, version);
  const { client } = await connect(flags, terminal.env, { timeoutMs: UPLOAD_MS });
  const keyId = await keyOf(client, provider.organization, flags.key);
  await orIfThere(client.registryProviders.create(provider), () => client.registryProviders.read(provider));
  const fields = { version, 'key-id': keyId, protocols: flags.protocols.split(',') };
  const made = await orIfThere(client.registryProviders.createVersion(provider, fields), () =>
    client.registryProviders.readVersion(provider, version),
  );
  if (made.attributes['shasums-uploaded'] !== true)
    await client.registryProviders.uploadSums(made, files.sums);
  if (made.attributes['shasums-sig-uploaded'] !== true)
    await client.registryProviders.uploadSignature(made, files.signature);
  const { data: there } = await client.registryProviders.listPlatforms(provider, version, { pageSize: 100 });
  for (const { os, arch, filename } of files.archives) {
    const archive = await readFile(path.join(folder, filename));
    const shasum = createHash('sha256').update(archive).digest('hex');
    const platform =
      there.find(({ attributes }) => attributes.os === os && attributes.arch === arch) ??
      (await client.registryProviders.createPlatform(provider, version, { os, arch, filename, shasum }));
    if (platform.attributes.shasum !== shasum)
      throw new CliError(`${filename} is announced with another SHA-256`, {
        exitCode: EXIT.failed,
        fix: 'a version never changes: publish the next one',
      });
    if (platform.attributes['provider-binary-uploaded'] !== true)
      await client.registryProviders.uploadArchive(platform, archive);
  }
  const platforms = files.archives.map(({ os, arch }) => `${os}_${arch}`);
  if (flags.json === true)
    terminal.print(JSON.stringify({ ...provider, version, keyId, platforms }, null, 2));
  else
    terminal.print(
      `${text} ${version} is published for ${platforms.join(', ')}. Use it with: source = "${new URL(client.address).host}/${text}"`,
    );
  return EXIT.ok;
}

async function findFiles(folder: string, name: string, version: string) {
  const names = await readdir(folder).catch(() => {
    throw usageError(`${folder} is no folder that can be read`);
  });
  const prefix = `terraform-provider-${name}_${version}_`;
  const read = async (suffix: string): Promise<Buffer> => {
    const found = [prefix + suffix, suffix].find((each) => names.includes(each));
    if (found === undefined)
      throw usageError(
        `${folder} has no ${prefix}${suffix}`,
        'make it: sha256sum *.zip > SHA256SUMS; gpg --detach-sign SHA256SUMS',
      );
    return await readFile(path.join(folder, found));
  };
  const archives = names.sort().flatMap((filename) => {
    const [, os, arch] = /^([a-z0-9]+)_([a-z0-9]+)\.zip$/.exec(filename.slice(prefix.length)) ?? [];
    return filename.startsWith(prefix) && os !== undefined && arch !== undefined
      ? [{ os, arch, filename }]
      : [];
  });
  if (archives.length === 0)
    throw usageError(`${folder} has no archive ${prefix}OS_ARCH.zip`, 'name them as goreleaser does');
  return { sums: await read('SHA256SUMS'), signature: await read('SHA256SUMS.sig'), archives };
}

/** The id of the key in the file, which is added if it is missing; without a file, the organization's only key. */
async function keyOf(client: Client, organization: string, file: string | undefined): Promise<string> {
  const { data: keys } = await client.gpgKeys.list(organization, { pageSize: 100 });
  if (file !== undefined) {
    const armor = await readFile(file, 'utf8').catch(() => {
      throw usageError(`--key ${file} cannot be read`);
    });
    const known = keys.find(({ attributes }) => attributes['ascii-armor']?.trim() === armor.trim());
    return (known ?? (await client.gpgKeys.create(organization, armor))).attributes['key-id'];
  }
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return only.attributes['key-id'];
  throw usageError(
    keys.length === 0
      ? `${organization} has no key that providers are signed with`
      : `${organization} has ${keys.length} keys`,
    'name the file of the public key with --key',
  );
}

/** The first error is thrown, unless the thing exists already. */
async function orIfThere<T>(made: Promise<T>, read: () => Promise<T>): Promise<T> {
  return await made.catch(async (error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== 'invalid') throw error;
    return await read().catch(() => {
      throw error;
    });
  });
}
