import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';

import { accessEndpoints } from './access/routes.ts';
import { auditEndpoints } from './audit/routes.ts';
import { authenticate } from './access/authenticate.ts';
import type { Caller } from './access/caller.ts';
import { agentEndpoints } from './agents/routes.ts';
import { ConfigProblem, type Config } from './config.ts';
import { configurationEndpoints } from './configurations/routes.ts';
import type { Platform } from './context.ts';
import { createApp } from './http/app.ts';
import { registerEndpoints, type Endpoint } from './http/endpoint.ts';
import { metaEndpoints } from './http/meta-routes.ts';
import { loginEndpoints } from './login/routes.ts';
import { createMetrics } from './http/metrics.ts';
import { organizationEndpoints } from './organizations/routes.ts';
import { projectEndpoints } from './projects/routes.ts';
import { organizationRunEndpoints } from './runs/organization-routes.ts';
import { phaseEndpoints } from './runs/phase-routes.ts';
import { runEndpoints } from './runs/routes.ts';
import { stateEndpoints } from './states/routes.ts';
import { workspaceEndpoints } from './workspaces/routes.ts';

/** Every route but the ones about the server itself. */
export function allEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    ...accessEndpoints(platform),
    ...loginEndpoints(platform),
    ...organizationEndpoints(platform),
    ...projectEndpoints(platform),
    ...workspaceEndpoints(platform),
    ...configurationEndpoints(platform),
    ...runEndpoints(platform),
    ...organizationRunEndpoints(platform),
    ...phaseEndpoints(platform),
    ...stateEndpoints(platform),
    ...agentEndpoints(platform),
    ...auditEndpoints(platform),
  ];
}

/** The HTTP server with all its routes, not listening yet. */
export async function createServer(
  platform: Platform,
  isReady: () => Promise<boolean>,
  tls: Config['tls'],
): Promise<FastifyInstance> {
  const app = createApp(platform.log, tls === null ? null : await readTls(tls));
  const metrics = createMetrics(app, () => countUnfinishedRuns(platform));
  const endpoints = [...metaEndpoints<Caller>({ isReady, metrics: metrics.page }), ...allEndpoints(platform)];
  registerEndpoints(app, endpoints, async (request, access) => {
    const caller = await authenticate(platform, request, access);
    // Endpoints for anyone do not look at their caller.
    return caller as Caller;
  });
  return app;
}

async function countUnfinishedRuns({ db }: Platform): Promise<Map<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select run.status, count(*) as count from run join run_status using (status)
    where not run_status.final group by run.status`.execute(db);
  return new Map(rows.map(({ status, count }) => [status, count]));
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
