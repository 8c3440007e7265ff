import { followLog, readLog, type FollowOptions, type LogRange } from './logs.ts';
import { configurationVersions } from './resources/configuration-versions.ts';
import { organizations } from './resources/organizations.ts';
import { applies, plans } from './resources/phases.ts';
import { ping } from './resources/ping.ts';
import { projects } from './resources/projects.ts';
import { runs } from './resources/runs.ts';
import { stateVersions } from './resources/state-versions.ts';
import { workspaces } from './resources/workspaces.ts';
import { DEFAULT_RETRY, type RetryRules } from './retry.ts';
import { createTransport, type CallOptions } from './transport.ts';
import { waitForRun, watchRun, type WatchOptions } from './watch-run.ts';

export interface ClientSettings {
  /** `https://app.terraform.io` or that of any compatible server; `/api/v2` is added. */
  readonly address: string | URL;
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** For one attempt, from sending to the last byte. Default 30 s. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  readonly retry?: Partial<RetryRules>;
}

export type Client = ReturnType<typeof createClient>;

/**
 * A client for the API of HCP Terraform, Terraform Enterprise and compatible servers. Makes no request by itself.
 * Throws TypeError when the address is not an http(s) address.
 */
export function createClient(settings: ClientSettings) {
  const transport = createTransport({
    address: readAddress(settings.address),
    token: settings.token,
    fetch: settings.fetch ?? globalThis.fetch,
    timeoutMs: settings.timeoutMs ?? 30_000,
    userAgent: settings.userAgent ?? 'runwright-client',
    retry: { ...DEFAULT_RETRY, ...settings.retry },
  });
  const run = runs(transport);

  return {
    ping: (options?: CallOptions) => ping(transport, options),
    organizations: organizations(transport),
    projects: projects(transport),
    workspaces: workspaces(transport),
    configurationVersions: configurationVersions(transport),
    runs: run,
    plans: plans(transport),
    applies: applies(transport),
    stateVersions: stateVersions(transport),
    readLog: (url: string, range?: LogRange) => readLog(transport, url, range),
    followLog: (url: string, options?: FollowOptions) => followLog(transport, url, options),
    watchRun: (runId: string, options?: WatchOptions) => watchRun(run, runId, options),
    waitForRun: (runId: string, options?: WatchOptions) => waitForRun(run, runId, options),
  };
}

function readAddress(address: string | URL): URL {
  const text = String(address);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.host === '') {
    // Something with an @ may hold a password.
    const shown = text.includes('@') ? 'this' : JSON.stringify(text);
    throw new TypeError(`${shown} is not an http or https address`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('the address may hold no user, password, query or fragment');
  }
  return url;
}
