import type { Step } from '../../protocol/agent.ts';
import { isHostName } from '../../protocol/host-names.ts';
import type { LocalMirror } from './local-mirrors.ts';

/** No usage reports. */
const ALWAYS = 'disable_checkpoint = true\n';
const SERVICES = {
  'tfe.v2': '/api/v2/',
  'tfe.v2.1': '/api/v2/',
  'tfe.v2.2': '/api/v2/',
  'state.v2': '/api/v2/',
  'modules.v1': '/api/registry/v1/modules/',
  'providers.v1': '/api/registry/v1/providers/',
};

/** Names by which people call this machine: a server on one of them is reached by all of them. */
const LOOPBACK = ['localhost', '127.0.0.1'];
const IS_LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Terraform's CLI configuration for one step. It gives the run's token to the server under these names: the one that
 * configurations use, the one that the runner uses (api-contract §5.14), all names of this machine if one of those
 * two is local, and the aliases in the settings. No request header adds a name, since its sender could write
 * anything. Terraform discovers the services of a host over https only, so the services of a server on plain http are
 * written down as well.
 *
 * @param mirrors folders that the providers in them come from
 * @param others the source of all other providers: a folder, as the run sees it, or a mirror, which has none of the
 *   providers that the server itself builds; undefined: their registries
 */
export function writeCliConfig(
  runToken: Step['runToken'],
  runnerUrl: string,
  mirrors: readonly LocalMirror[] = [],
  others: OtherProviders | undefined = undefined,
): string {
  const names =
    runToken === null
      ? new Map<string, Server>()
      : serverNames([runnerUrl, runToken.serverUrl], runToken.aliases);
  const own = [...names.keys()].filter(isHostName).map((host) => `${host}/*/*`);
  const always = [ALWAYS, describeInstallation(mirrors, others, own)];
  if (runToken === null) return always.join('\n');
  const blocks = [...names].flatMap(([host, { hasDiscovery, origin }]) => {
    if (!isHostName(host)) return [];
    const credentials = `credentials ${quote(host)} {\n  token = ${quote(runToken.secret)}\n}\n`;
    if (hasDiscovery) return [credentials];
    const services = Object.entries(SERVICES)
      .map(([name, path]) => `    ${quote(name)} = ${quote(origin + path)}\n`)
      .join('');
    return [credentials, `host ${quote(host)} {\n  services = {\n${services}  }\n}\n`];
  });
  return [...always, ...blocks].join('\n');
}

export type OtherProviders = { folder: string } | { mirror: string };

/** Each source is listed: without a list terraform would search folders of its own choice. */
function describeInstallation(
  mirrors: readonly LocalMirror[],
  others: OtherProviders | undefined,
  own: readonly string[],
): string {
  const list = (addresses: readonly string[]) => `[${addresses.map(quote).join(', ')}]`;
  const folders = mirrors.map(
    ({ path, addresses }) =>
      `  filesystem_mirror {\n    path    = ${quote(path)}\n    include = ${list(addresses)}\n  }\n`,
  );
  const local = mirrors.flatMap(({ addresses }) => addresses);
  const without = (names: readonly string[]) => (names.length === 0 ? '' : `    exclude = ${list(names)}\n`);
  const direct = (names: string) => `  direct {\n${names}  }\n`;
  const rest =
    others === undefined
      ? direct(without(local))
      : 'folder' in others
        ? `  filesystem_mirror {\n    path    = ${quote(others.folder)}\n${without(local)}  }\n`
        : `  network_mirror {\n    url     = ${quote(others.mirror)}\n${without([...local, ...own])}  }\n` +
          (own.length === 0 ? '' : direct(`    include = ${list(own)}\n${without(local)}`));
  return `provider_installation {\n${folders.join('')}${rest}}\n`;
}

interface Server {
  /** The address that answers. */
  origin: string;
  /** Whether terraform finds its services itself. */
  hasDiscovery: boolean;
}

/** The servers by host and port, as a configuration names them. A given name comes before a derived one. */
function serverNames(urls: readonly [string, ...string[]], aliases: readonly string[]): Map<string, Server> {
  const names = new Map<string, Server>();
  const servers = urls.map((url) => new URL(url));
  for (const { host, origin, protocol } of servers)
    names.set(host, { origin, hasDiscovery: protocol === 'https:' });
  for (const { hostname, port, origin } of servers) {
    if (!IS_LOOPBACK.test(hostname)) continue;
    for (const name of LOOPBACK) {
      const alias = port === '' ? name : `${name}:${port}`;
      if (!names.has(alias)) names.set(alias, { origin, hasDiscovery: false });
    }
  }
  // The alias is not asked itself: the runner's own address of the server is used for all its names.
  const { origin } = new URL(urls[0]);
  for (const alias of aliases) if (!names.has(alias)) names.set(alias, { origin, hasDiscovery: false });
  return names;
}

const quote = (text: string): string => JSON.stringify(text);
