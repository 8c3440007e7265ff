import { followLog, readLog, type FollowOptions, type LogRange } from './logs.ts';
import { account, users } from './resources/accounts.ts';
import { administration } from './resources/administration.ts';
import { agentPools } from './resources/agent-pools.ts';
import { approvals } from './resources/approvals.ts';
import { assessments } from './resources/assessments.ts';
import { auditTrail } from './resources/audit-trail.ts';
import { policyChecks, policyEvaluations, taskStages } from './resources/checks.ts';
import { configurationVersions } from './resources/configuration-versions.ts';
import { costEstimates } from './resources/cost-estimates.ts';
import { notificationConfigurations } from './resources/notification-configurations.ts';
import { memberships, organizations } from './resources/organizations.ts';
import { applies, plans } from './resources/phases.ts';
import { policySets, priceBooks } from './resources/policies.ts';
import { ping } from './resources/ping.ts';
import { projects } from './resources/projects.ts';
import { mirroredProviders } from './resources/mirrored-providers.ts';
import { providerStores } from './resources/provider-stores.ts';
import { gpgKeys, registryModules, registryProviders } from './resources/registry.ts';
import { riskSummaries } from './resources/risk-summaries.ts';
import { runProvenances } from './resources/run-provenances.ts';
import { runEvents } from './resources/run-events.ts';
import { runTasks, taskResults, workspaceTasks } from './resources/run-tasks.ts';
import { runTriggers } from './resources/run-triggers.ts';
import { runs } from './resources/runs.ts';
import { sshKeys } from './resources/ssh-keys.ts';
import { stateVersions } from './resources/state-versions.ts';
import { teamAccess, teamProjectAccess, teams } from './resources/teams.ts';
import { tokens } from './resources/tokens.ts';
import { variables, variableSets } from './resources/variables.ts';
import { waitReasons } from './resources/wait-reasons.ts';
import { workspaces } from './resources/workspaces.ts';
import { DEFAULT_RETRY, type RetryRules } from './retry.ts';
import { createTransport, type CallOptions } from './transport.ts';
import { waitForRun, watchRun, type WatchOptions } from './watch-run.ts';

export interface ClientSettings {
  /** `https://app.terraform.io` or the address of a compatible server; `/api/v2` is added. */
  readonly address: string | URL;
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** The time limit of one attempt, from sending to the last byte. Default 30 s. */
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
  const address = readAddress(settings.address);
  const transport = createTransport({
    address,
    token: settings.token,
    fetch: settings.fetch ?? globalThis.fetch,
    timeoutMs: settings.timeoutMs ?? 30_000,
    userAgent: settings.userAgent ?? 'runwright-client',
    retry: { ...DEFAULT_RETRY, ...settings.retry },
  });
  const run = runs(transport);

  return {
    /** The server's address, to tell several apart. Contains no secret. */
    address: address.href,
    ping: (options?: CallOptions) => ping(transport, options),
    account: account(transport),
    users: users(transport),
    administration: administration(transport),
    organizations: organizations(transport),
    memberships: memberships(transport),
    teams: teams(transport),
    teamAccess: teamAccess(transport),
    teamProjectAccess: teamProjectAccess(transport),
    tokens: tokens(transport),
    projects: projects(transport),
    workspaces: workspaces(transport),
    variables: variables(transport),
    variableSets: variableSets(transport),
    sshKeys: sshKeys(transport),
    runTriggers: runTriggers(transport),
    notificationConfigurations: notificationConfigurations(transport),
    agentPools: agentPools(transport),
    assessments: assessments(transport),
    auditTrail: auditTrail(transport),
    configurationVersions: configurationVersions(transport),
    runs: run,
    runEvents: runEvents(transport),
    riskSummaries: riskSummaries(transport),
    runProvenances: runProvenances(transport),
    waitReasons: waitReasons(transport),
    approvals: approvals(transport),
    plans: plans(transport),
    applies: applies(transport),
    costEstimates: costEstimates(transport),
    policyChecks: policyChecks(transport),
    policyEvaluations: policyEvaluations(transport),
    policySets: policySets(transport),
    priceBooks: priceBooks(transport),
    mirroredProviders: mirroredProviders(transport),
    providerStores: providerStores(transport),
    registryModules: registryModules(transport),
    registryProviders: registryProviders(transport),
    gpgKeys: gpgKeys(transport),
    taskStages: taskStages(transport),
    taskResults: taskResults(transport),
    runTasks: runTasks(transport),
    workspaceTasks: workspaceTasks(transport),
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
    // A text with an @ may contain a password.
    const shown = text.includes('@') ? 'this' : JSON.stringify(text);
    throw new TypeError(`${shown} is not an http or https address`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('the address may hold no user, password, query or fragment');
  }
  return url;
}
