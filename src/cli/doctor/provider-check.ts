import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf } from '../../protocol/package-name.ts';
import { hostPlatform } from '../../runner/host-platform.ts';
import { readLockFile } from '../../runner/providers/lock-file.ts';
import type { PackageMeta } from '../../runner/providers/package-meta.ts';
import { openProviderStore } from '../../runner/providers/provider-store.ts';
import { providerFolderOf } from '../../runner/providers/store-folder.ts';
import { findMatch } from '../../runner/providers/satisfy.ts';
import { listStore } from '../../runner/providers/transfer.ts';
import type { CheckResult, DoctorSettings } from './check.ts';

const LOCK_FILE = '.terraform.lock.hcl';
const MAX_NAMED = 10;

/** Whether runs fetch nothing from the internet: engines and providers have to be installed. */
export const fetchesNothing = ({ env }: Pick<DoctorSettings, 'env'>): boolean =>
  ['off', 'mirror'].includes(env['RUNWRIGHT_RUN_REGISTRIES'] ?? '');

/** The source of the runs' providers, and the missing ones of a configuration where none is fetched. */
export async function checkProviders(settings: DoctorSettings): Promise<CheckResult> {
  const { env, homeFolder, configurationFolder } = settings;
  const registries = env['RUNWRIGHT_RUN_REGISTRIES'] || 'on';
  if (!['on', 'off', 'mirror'].includes(registries))
    return {
      ok: false,
      found: `RUNWRIGHT_RUN_REGISTRIES is ${JSON.stringify(registries)}`,
      fix: 'set it to on, off or mirror',
    };
  const work = env['RUNWRIGHT_WORK'] || path.join(homeFolder, 'runner');
  const kept = await listStore(openProviderStore(providerFolderOf(path.resolve(work)), () => {}));
  if (registries === 'mirror' && !isOverHttps(env))
    return {
      ok: false,
      found:
        'RUNWRIGHT_RUN_REGISTRIES is mirror, and terraform takes providers from a mirror over https only',
      fix: 'give the server a certificate (RUNWRIGHT_TLS_CERT, RUNWRIGHT_TLS_KEY), or an https RUNWRIGHT_URL',
    };
  if (configurationFolder !== undefined) return await compare(configurationFolder, kept, registries);
  if (registries === 'on')
    return { ok: true, found: `fetched from their registries, ${kept.length} kept here` };
  if (registries === 'mirror')
    return { ok: true, found: `taken from the mirror of each organization, ${kept.length} kept here` };
  return kept.length > 0
    ? { ok: true, found: `${kept.length} kept here, and none is fetched` }
    : { ok: false, found: 'none is kept here, and none is fetched', fix: IMPORT };
}

const IMPORT =
  'where the registries are reached, run `terraform providers mirror FOLDER` in each configuration; here `runwright providers import FOLDER`';

/** Runs take providers from the server's own address, or from the address of the agent's server. */
const isOverHttps = (env: NodeJS.ProcessEnv): boolean =>
  (env['RUNWRIGHT_URL'] ?? '').startsWith('https:') || Boolean(env['RUNWRIGHT_TLS_CERT']);

async function compare(
  folder: string,
  kept: readonly PackageMeta[],
  registries: string,
): Promise<CheckResult> {
  const file = path.join(folder, LOCK_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const entries = text === undefined ? undefined : readLockFile(text);
  if (entries === undefined)
    return {
      ok: false,
      found: text === undefined ? `${file} is not there` : `${file} is no lock file`,
      fix: `terraform providers lock -platform=${hostPlatform()} writes it: it says which providers are wanted`,
    };
  const missing = entries.filter((entry) => {
    const packages = kept.filter(
      (meta) =>
        addressOf(meta) === entry.address &&
        meta.version === entry.version &&
        meta.platform === hostPlatform(),
    );
    return findMatch(entry, packages) === undefined;
  });
  if (missing.length === 0) return { ok: true, found: `all ${entries.length} of ${file} are kept here` };
  const names = missing.slice(0, MAX_NAMED).map(({ address, version }) => `${address} ${version}`);
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
  const found = `${missing.length} of ${entries.length} of ${file} are not kept here for ${hostPlatform()}: ${names.join(', ')}${more}`;
  if (registries === 'off') return { ok: false, found, fix: IMPORT };
  const source = registries === 'mirror' ? 'the mirror of the organization' : 'their registries';
  return { ok: true, found, fix: `the first run fetches them from ${source}` };
}
