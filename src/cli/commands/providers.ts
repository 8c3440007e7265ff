import path from 'node:path';
import { importMirror } from '../../runner/providers/import.ts';
import { listStore, exportStore, type Transferred } from '../../runner/providers/transfer.ts';
import { addressOf, namePackage, pathOf } from '../../protocol/package-name.ts';
import { holdsPublicKey } from '../../runner/downloads/signed-sums.ts';
import { hostPlatform } from '../../runner/host-platform.ts';
import { fetchArchives, type WantedArchive } from '../../runner/providers/fetch-archives.ts';
import { readLockFile } from '../../runner/providers/lock-file.ts';
import { openProviderStore, type ProviderStore } from '../../runner/providers/provider-store.ts';
import { makeStoreFolder, providerFolderOf } from '../../runner/providers/store-folder.ts';
import { readSettingFile } from '../check-readable.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface ProvidersFlags {
  /** The work folder of an agent. */
  readonly work?: string;
  /** The data folder of a server, which contains its runner's folder. */
  readonly home?: string;
  readonly json?: true;
}

/** Lists the providers that a runner on this machine keeps. The runner may work meanwhile. */
export async function runProvidersList(flags: ProvidersFlags, terminal: Terminal): Promise<number> {
  const all = await listStore(await openStore(flags, terminal));
  if (flags.json !== undefined) {
    const shown = all.map((meta) => ({
      ...{ address: addressOf(meta), version: meta.version, platform: meta.platform, h1: meta.h1 },
      ...{ proof: meta.proof, sizeBytes: meta.sizeBytes, fetchedAt: meta.fetchedAt },
    }));
    terminal.print(JSON.stringify({ providers: shown }, null, 2));
    return EXIT.ok;
  }
  for (const meta of all)
    terminal.print(
      printable(
        `${addressOf(meta)} ${meta.version} ${meta.platform}  ${megabytes(meta.sizeBytes)}  ${meta.proof}`,
      ),
    );
  terminal.note(`${all.length} kept, ${megabytes(all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`);
  return EXIT.ok;
}

export interface ImportFlags extends ProvidersFlags {
  /** A file with the OpenPGP keys, one of which has to sign every archive. */
  readonly key?: string;
}

/** Exit code 1 when a package could not be taken; the others are stored. */
export async function runProvidersImport(
  folder: string,
  flags: ImportFlags,
  terminal: Terminal,
): Promise<number> {
  const keys = flags.key === undefined ? undefined : await readSettingFile('--key', flags.key);
  if (keys !== undefined && !holdsPublicKey(keys))
    throw usageError(`--key: ${flags.key} holds no public OpenPGP key`);
  const imported = importMirror(await openStore(flags, terminal), path.resolve(folder), keys);
  return await report(imported, flags, terminal);
}

export interface ExportFlags extends ProvidersFlags {
  readonly lock?: string[];
  readonly platform?: string[];
}

/** With lock files: signed archives from the registries. Without: what is kept here. */
export async function runProvidersExport(
  folder: string,
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  const target = path.resolve(folder);
  if (flags.lock === undefined) {
    if (flags.platform !== undefined) throw usageError('--platform needs --lock');
    return await report(exportStore(await openStore(flags, terminal), target), flags, terminal);
  }
  const platforms = flags.platform ?? [hostPlatform()];
  const wanted = await readWanted(flags.lock, platforms);
  return await report(
    fetchArchives(wanted, target, (host) => tokenFor(host, terminal.env)),
    flags,
    terminal,
  );
}

async function readWanted(
  lockFiles: readonly string[],
  platforms: readonly string[],
): Promise<WantedArchive[]> {
  const wanted = new Map<string, WantedArchive>();
  for (const file of lockFiles) {
    const entries = readLockFile(await readSettingFile('--lock', file));
    if (entries === undefined)
      throw usageError(
        `--lock: ${file} is no lock file that can be read`,
        'write it anew with `terraform init`',
      );
    for (const { address, version, hashes } of entries)
      for (const platform of platforms) {
        const name = namePackage(address, version, platform);
        if (!name) throw usageError(`${address} ${version} for ${platform} cannot be the name of a package`);
        const before = wanted.get(pathOf(name))?.hashes ?? [];
        wanted.set(pathOf(name), { name, hashes: [...before, ...hashes] });
      }
  }
  return [...wanted.values()];
}

/** As terraform reads it: `TF_TOKEN_registry_example_com`, with two underscores for a dash. */
const tokenFor = (host: string, env: NodeJS.ProcessEnv): string | undefined =>
  env[`TF_TOKEN_${host.replaceAll('-', '__').replaceAll('.', '_')}`];

async function openStore({ work, home }: ProvidersFlags, { env, note }: Terminal): Promise<ProviderStore> {
  if (work !== undefined && home !== undefined)
    throw usageError('--work and --home cannot be given together');
  const ofServer = path.join(home ?? env['RUNWRIGHT_HOME'] ?? '.runwright', 'runner');
  const ofAgent = work ?? (home === undefined ? env['RUNWRIGHT_WORK'] : undefined);
  const folder = providerFolderOf(path.resolve(ofAgent ?? ofServer));
  await makeStoreFolder(folder);
  return openProviderStore(folder, (_level, message) => note(`runwright: ${printable(message)}`));
}

async function report(
  transferred: AsyncGenerator<Transferred>,
  { json }: ProvidersFlags,
  terminal: Terminal,
): Promise<number> {
  const all: Transferred[] = [];
  try {
    for await (const each of transferred) {
      all.push(each);
      if (json === undefined)
        terminal.print(
          printable(
            each.problem === undefined ? `ok    ${each.path}` : `FAIL  ${each.path}: ${each.problem}`,
          ),
        );
    }
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === undefined &&
      !/is not what a mirror has/.test(String(error))
    )
      throw error;
    throw usageError(error instanceof Error ? error.message : String(error));
  }
  const failed = all.filter(({ problem }) => problem !== undefined).length;
  if (json !== undefined) terminal.print(JSON.stringify({ ok: failed === 0, providers: all }, null, 2));
  else terminal.note(`${all.length - failed} of ${all.length}`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
