import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';

import { absentEndpoints } from './absent/api/routes.ts';
import { accessEndpoints } from './access/api/routes.ts';
import { userEndpoints } from './access/api/user-routes.ts';
import { approvalEndpoints } from './approvals/api/routes.ts';
import { auditEndpoints } from './audit/api/routes.ts';
import type { Caller } from './access/caller.ts';
import { countAgentsByStatus } from './agent-pools/agents.ts';
import { agentActionEndpoints } from './agent-pools/api/agent-action-routes.ts';
import { agentPoolEndpoints } from './agent-pools/api/routes.ts';
import { agentEndpoints } from './agents/api/routes.ts';
import { ConfigProblem, type Config } from './config.ts';
import { configurationEndpoints } from './configurations/api/routes.ts';
import type { Platform } from './context.ts';
import { createApp } from './http/serve/app.ts';
import type { Endpoint } from './http/endpoint.ts';
import { metaEndpoints, type HealthChecks } from './http/meta-routes.ts';
import { room, type Room } from './http/openapi/document.ts';
import { documentationEndpoints } from './http/openapi/routes.ts';
import { liveEventEndpoints } from './live-events/api/routes.ts';
import { loginEndpoints } from './login/api/routes.ts';
import { createMetrics } from './http/metrics.ts';
import { mayReadMetrics } from './access/read-metrics.ts';
import { mountMcp, type McpService } from './mcp/mount.ts';
import { notificationEndpoints } from './notifications/api/routes.ts';
import { organizationEndpoints } from './organizations/api/routes.ts';
import { projectEndpoints } from './projects/api/routes.ts';
import { priceBookEndpoints } from './price-books/api/routes.ts';
import { policyEndpoints } from './policies/api/routes.ts';
import { policySetParameterEndpoints } from './policy-sets/api/parameter-routes.ts';
import { policySetEndpoints } from './policy-sets/api/routes.ts';
import { policySetVersionEndpoints } from './policy-sets/api/version-routes.ts';
import { mirrorProtocolEndpoints } from './provider-mirror/api/protocol-routes.ts';
import { providerMirrorEndpoints } from './provider-mirror/api/routes.ts';
import { storeReportEndpoints } from './provider-stores/api/report-routes.ts';
import { providerStoreEndpoints } from './provider-stores/api/routes.ts';
import { registryKeyEndpoints } from './registry-keys/api/routes.ts';
import { moduleProtocolEndpoints } from './registry-modules/api/protocol-routes.ts';
import { registryModuleEndpoints } from './registry-modules/api/routes.ts';
import { moduleVersionEndpoints } from './registry-modules/api/version-routes.ts';
import { providerPlatformEndpoints } from './registry-providers/api/platform-routes.ts';
import { providerProtocolEndpoints } from './registry-providers/api/protocol-routes.ts';
import { registryProviderEndpoints } from './registry-providers/api/routes.ts';
import { providerVersionEndpoints } from './registry-providers/api/version-routes.ts';
import { policyCheckEndpoints } from './runs/api/policy-check-routes.ts';
import { taskResultEndpoints } from './runs/api/task-result-routes.ts';
import { taskStageEndpoints } from './runs/api/task-stage-routes.ts';
import { policyEvaluationEndpoints } from './runs/api/policy-evaluation-routes.ts';
import { costEstimateEndpoints } from './runs/api/cost-estimate-routes.ts';
import { gateEndpoints } from './runs/api/gate-routes.ts';
import { organizationRunEndpoints } from './runs/api/organization-routes.ts';
import { debugLogEndpoints } from './runs/api/debug-log-routes.ts';
import { phaseEndpoints } from './runs/api/phase-routes.ts';
import { planApprovalEndpoints } from './runs/api/plan-approval-routes.ts';
import { provenanceEndpoints } from './runs/api/provenance-routes.ts';
import { riskEndpoints } from './runs/api/risk-routes.ts';
import { waitEndpoints } from './runs/api/wait-routes.ts';
import { runEndpoints } from './runs/api/routes.ts';
import { createAdmission } from './settings/admit.ts';
import { backupEndpoints } from './backup/api/routes.ts';
import { settingsEndpoints } from './settings/api/routes.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { registerEndpoints } from './http/serve/register-endpoints.ts';
import { runTaskEndpoints } from './run-tasks/api/routes.ts';
import { runTriggerEndpoints } from './run-triggers/api/routes.ts';
import { signInEndpoints } from './sign-in/api/routes.ts';
import { sshKeyEndpoints } from './ssh-keys/api/routes.ts';
import { stateEndpoints } from './states/api/routes.ts';
import { stateWriteEndpoints } from './states/api/write-routes.ts';
import { taskCallEndpoints } from './task-calls/api/routes.ts';
import { tagBindingEndpoints } from './tags/api/binding-routes.ts';
import { tagEndpoints } from './tags/api/routes.ts';
import { variableSetEndpoints } from './variable-sets/api/routes.ts';
import { effectiveVariableEndpoints } from './variable-sets/api/effective-routes.ts';
import { setVariablesInWorkspaceEndpoints } from './variable-sets/api/in-workspace-routes.ts';
import { setVariableEndpoints } from './variable-sets/api/variable-routes.ts';
import { oldVariableEndpoints } from './variables/api/old-routes.ts';
import { variableEndpoints } from './variables/api/routes.ts';
import { consumerEndpoints } from './workspaces/api/consumer-routes.ts';
import { teamAccessEndpoints } from './team-access/api/routes.ts';
import { membershipEndpoints } from './teams/api/membership-routes.ts';
import { teamEndpoints } from './teams/api/routes.ts';
import { tokenEndpoints } from './tokens/api/routes.ts';
import { resourceEndpoints } from './states/api/resource-routes.ts';
import { mountWebApp } from './web-app/mount.ts';
import { workspaceTaskEndpoints } from './workspace-tasks/api/routes.ts';
import { workspaceEndpoints } from './workspaces/api/routes.ts';

/** Every endpoint except those about the server itself, under the name and the description of its folder. */
const rooms = (platform: Platform): Room<Caller>[] => [
  room('Accounts', 'The user or token that calls, and tokens.', [
    ...accessEndpoints(platform),
    ...userEndpoints(platform),
    ...tokenEndpoints(platform),
  ]),
  room('Sign-in', 'Sessions of browsers, passwords, and `terraform login`.', [
    ...signInEndpoints(platform),
    ...loginEndpoints(platform),
  ]),
  room('Organizations', 'What everything else belongs to.', organizationEndpoints(platform)),
  room('Teams', 'Who is in an organization, and what they may do there.', [
    ...teamEndpoints(platform),
    ...membershipEndpoints(platform),
    ...teamAccessEndpoints(platform),
  ]),
  room('Projects', 'Groups of workspaces.', projectEndpoints(platform)),
  room('Workspaces', 'Each has one configuration, one state and its runs.', [
    ...workspaceEndpoints(platform),
    ...consumerEndpoints(platform),
    ...resourceEndpoints(platform),
  ]),
  room('Tags', 'Names, and keys with values, to find workspaces by.', [
    ...tagEndpoints(platform),
    ...tagBindingEndpoints(platform),
  ]),
  room('Variables', 'What runs get: of their workspace, and of variable sets that reach it.', [
    ...variableEndpoints(platform),
    ...effectiveVariableEndpoints(platform),
    ...oldVariableEndpoints(platform),
    ...variableSetEndpoints(platform),
    ...setVariableEndpoints(platform),
    ...setVariablesInWorkspaceEndpoints(platform),
  ]),
  room('Run triggers', 'Runs that applied runs of other workspaces queue.', runTriggerEndpoints(platform)),
  room('SSH keys', 'What modules are fetched with over SSH.', sshKeyEndpoints(platform)),
  room('Configuration versions', 'Archives of what runs work on.', configurationEndpoints(platform)),
  room('Runs', 'Make, list, approve, discard and cancel plans and applies of a configuration.', [
    ...runEndpoints(platform),
    ...organizationRunEndpoints(platform),
  ]),
  room('Plans and applies', 'The two phases of a run, their logs, what they made.', [
    ...phaseEndpoints(platform),
    ...debugLogEndpoints(platform),
    ...gateEndpoints(platform),
    ...costEstimateEndpoints(platform),
    ...planApprovalEndpoints(platform),
    ...provenanceEndpoints(platform),
    ...riskEndpoints(platform),
    ...waitEndpoints(platform),
    ...policyCheckEndpoints(platform),
    ...policyEvaluationEndpoints(platform),
    ...taskStageEndpoints(platform),
    ...taskResultEndpoints(platform),
  ]),
  room('Policies', 'What plans must fulfil before they are applied, in sets that are given to workspaces.', [
    ...policyEndpoints(platform),
    ...policySetEndpoints(platform),
    ...policySetVersionEndpoints(platform),
    ...policySetParameterEndpoints(platform),
  ]),
  room('Run tasks', 'Services of your own that runs ask before and after a plan and an apply.', [
    ...runTaskEndpoints(platform),
    ...workspaceTaskEndpoints(platform),
    ...taskCallEndpoints(platform),
  ]),
  room('Modules', 'Modules of an organization, as `terraform init` and people find them.', [
    ...registryModuleEndpoints(platform),
    ...moduleVersionEndpoints(platform),
    ...moduleProtocolEndpoints(platform),
  ]),
  room('Providers', 'Providers of an organization with their versions, platforms and keys.', [
    ...registryProviderEndpoints(platform),
    ...providerVersionEndpoints(platform),
    ...providerPlatformEndpoints(platform),
    ...registryKeyEndpoints(platform),
    ...providerProtocolEndpoints(platform),
  ]),
  room('Mirrored providers', 'Providers of other registries, for runners that cannot reach those.', [
    ...providerMirrorEndpoints(platform),
    ...mirrorProtocolEndpoints(platform),
  ]),
  room('Price books', 'What the resources of runs are priced with.', priceBookEndpoints(platform)),
  room(
    'Live events',
    'Runs and logs while they happen, as server-sent events.',
    liveEventEndpoints(platform),
  ),
  room('State', 'State versions and their outputs.', [
    ...stateEndpoints(platform),
    ...stateWriteEndpoints(platform),
  ]),
  room('Runners', 'What the programs call that execute runs.', [
    ...agentEndpoints(platform),
    ...storeReportEndpoints(platform),
  ]),
  room('Agent pools', 'Runners of an organization of its own.', [
    ...agentPoolEndpoints(platform),
    ...agentActionEndpoints(platform),
  ]),
  room(
    'Provider stores',
    'The providers that runners keep, and orders for them.',
    providerStoreEndpoints(platform),
  ),
  room(
    'Approvals',
    'The page on which a person agrees to an apply that was asked for over MCP.',
    approvalEndpoints(platform),
  ),
  room('Audit', 'Who changed what.', auditEndpoints(platform)),
  room('Notifications', 'Who is told of runs, and where.', notificationEndpoints(platform)),
  room('Settings', 'Of the whole server, for its administrators.', [
    ...settingsEndpoints(platform),
    ...backupEndpoints(platform),
  ]),
  room(
    'Not here',
    'What clients ask for that is not here, refused in words or empty.',
    absentEndpoints(platform),
  ),
];

export const allEndpoints = (platform: Platform): Endpoint<Caller>[] =>
  rooms(platform).flatMap(({ endpoints }) => endpoints);

/** All served endpoints, and those that describe them. */
export function allRooms(platform: Platform, checks: HealthChecks): Room<Caller>[] {
  const all = rooms(platform);
  all.push(
    room('Server', 'What is asked before anybody has signed in, and what describes the API.', [
      ...metaEndpoints<Caller>(checks),
      ...documentationEndpoints<Caller>(all),
    ]),
  );
  return all;
}

/** The HTTP server with all its routes, not listening yet. */
export async function createServer(
  platform: Platform,
  isReady: () => Promise<boolean>,
  config: Pick<Config, 'tls' | 'requestMs' | 'metricsToken' | 'trustedProxies'>,
  { mcp, webFolder }: { mcp?: McpService | undefined; webFolder: string },
): Promise<FastifyInstance> {
  const { tls, requestMs, metricsToken, trustedProxies } = config;
  const app = createApp(platform.log, tls === null ? null : await readTls(tls), requestMs, trustedProxies);
  const metrics = createMetrics(app, platform.measures.registry, {
    runs: () => countUnfinishedRuns(platform),
    waitingNotifications: () => countWaiting(platform),
    agents: () => countAgentsByStatus(platform),
  });
  const endpoints = allRooms(platform, {
    isReady,
    metrics: metrics.page,
    mayReadMetrics: (request) => mayReadMetrics(platform, metricsToken, request),
  }).flatMap((room) => room.endpoints);
  const limiter = createRateLimiter(platform.limits.requestsPerSecond);
  const admit = createAdmission(platform, limiter);
  registerEndpoints(app, endpoints, admit);
  if (mcp !== undefined) mountMcp(app, mcp, admit);
  mountWebApp(app, webFolder);
  return app;
}

async function countUnfinishedRuns({ db }: Platform): Promise<Map<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select run.status, count(*) as count from run join run_status using (status)
    where not run_status.final group by run.status`.execute(db);
  return new Map(rows.map(({ status, count }) => [status, count]));
}

async function countWaiting({ db }: Platform): Promise<number> {
  const { count } = await db
    .selectFrom('notification_delivery')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('status', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return count;
}

async function readTls({
  certFile,
  keyFile,
}: NonNullable<Config['tls']>): Promise<{ cert: Buffer; key: Buffer }> {
  const read = async (setting: string, file: string): Promise<Buffer> => {
    try {
      return await readFile(file);
    } catch (error) {
      throw new ConfigProblem(
        `${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      );
    }
  };
  return { cert: await read('RUNWRIGHT_TLS_CERT', certFile), key: await read('RUNWRIGHT_TLS_KEY', keyFile) };
}
