import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { ApiError, type Client, type MirroredProvider } from '@runwright/client';
import { pathOf } from '../../protocol/package-name.ts';
import { listMirror, type MirrorPackage } from '../../runner/providers/mirror-folder.ts';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

type Flags = ConnectionFlags & { readonly json?: true };

interface Uploaded {
  path: string;
  problem?: string;
}

const UPLOAD_MS = 30 * 60_000;

/** Exit code 1 when a package could not be uploaded; the others are uploaded. */
export async function uploadToMirror(
  { organization, folder }: { organization: string; folder: string },
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const packages = await findPackages(folder);
  const { client } = await connect(flags, terminal.env, { timeoutMs: UPLOAD_MS });
  const all: Uploaded[] = [];
  for (const each of packages) {
    const problem = await upload(client, organization, each);
    const path = pathOf(each.name);
    all.push({ path, ...(problem !== undefined && { problem }) });
    if (flags.json !== true)
      terminal.print(printable(problem === undefined ? `ok    ${path}` : `FAIL  ${path}: ${problem}`));
  }
  const failed = all.filter(({ problem }) => problem !== undefined).length;
  if (flags.json === true) terminal.print(JSON.stringify({ ok: failed === 0, providers: all }, null, 2));
  else terminal.note(`${all.length - failed} of ${all.length}`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

async function findPackages(folder: string): Promise<MirrorPackage[]> {
  const packages = await realpath(folder)
    .then(listMirror)
    .catch((error: unknown) => {
      throw usageError(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
  if (packages.length === 0)
    throw usageError(
      `${folder} holds no provider`,
      'fill it where the registries are reached: terraform providers mirror -platform=linux_amd64 FOLDER',
    );
  return packages;
}

/** @returns what is wrong with this package. Errors: problems that affect all packages */
async function upload(
  client: Client,
  organization: string,
  { name, path, kind, hashes, problem }: MirrorPackage,
): Promise<string | undefined> {
  if (problem !== undefined) return problem;
  if (kind === 'folder')
    return 'it is unpacked: a mirror needs the archive, as `terraform providers mirror` fetches it';
  const archive = await readFile(path);
  const own = `zh:${createHash('sha256').update(archive).digest('hex')}`;
  try {
    await client.mirroredProviders.upload(organization, name, archive, {
      hashes: hashes.length === 0 ? [own] : hashes,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 422 && error.status !== 409)) throw error;
    return error.detail ?? error.title;
  }
}

export async function listMirrored(organization: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const all: MirroredProvider['attributes'][] = [];
  for await (const { attributes } of client.mirroredProviders.each(organization)) all.push(attributes);
  if (flags.json === true) terminal.print(JSON.stringify({ providers: all }, null, 2));
  else if (all.length === 0)
    terminal.print(`Nothing is there. Next: runwright mirror upload ${organization} FOLDER`);
  else
    for (const { address, version, platform, 'size-bytes': size = 0 } of all)
      terminal.print(printable(`${address} ${version} ${platform}  ${(size / 1024 ** 2).toFixed(1)} MB`));
  return EXIT.ok;
}

export async function deleteFromMirror(
  { organization, provider, version }: { organization: string; provider: string; version: string },
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const deleted: string[] = [];
  for await (const { id, attributes } of client.mirroredProviders.each(organization)) {
    if (attributes.address !== provider || attributes.version !== version) continue;
    await client.mirroredProviders.delete(id);
    deleted.push(attributes.platform);
  }
  if (deleted.length === 0)
    throw usageError(
      `${organization} keeps no ${provider} ${version}`,
      `runwright mirror list ${organization}`,
    );
  if (flags.json === true) terminal.print(JSON.stringify({ deleted: provider, version, platforms: deleted }));
  else terminal.print(`${provider} ${version} is deleted (${deleted.join(', ')})`);
  return EXIT.ok;
}
