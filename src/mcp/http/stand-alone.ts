import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@runwright/client';
import { userAgentOf } from '../server/agent-name.ts';
import { createApprovals } from '../safety/approval.ts';
import { auditTo } from '../safety/audit.ts';
import { readMcpSettings, SettingsProblem, type McpSettings } from '../settings.ts';
import { refuseUnknownTools } from '../server/tool-names.ts';
import { createMcpEndpoint, problem } from './endpoint.ts';
import {
  challenge,
  findForeign,
  isLoopbackHost,
  METADATA_PATH,
  namesOf,
  protectedResource,
  readBearer,
} from './guard.ts';
import { sendWebResponse } from './node-exchange.ts';
import { answerOver } from './answer-over.ts';

export interface StandAloneOptions {
  readonly host: string;
  readonly port: number;
  /** The address under which others reach the server; undefined: the listening address, for this machine only. */
  readonly url: string | undefined;
  /** True if calls without a token use `TFC_TOKEN`. */
  readonly useOwnToken: boolean;
  readonly version: string;
}

export interface StandAloneServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves MCP over HTTP for any server with the API: `TFC_ADDRESS`, and the token of each request. Every caller could
 * use this process's own token, so only this machine may use it, and only if a setting allows it.
 *
 * @throws SettingsProblem
 */
export async function startStandAlone(
  env: NodeJS.ProcessEnv,
  options: StandAloneOptions,
): Promise<StandAloneServer> {
  const settings = readMcpSettings(env);
  refuseUnknownTools(settings.gates);
  const { ownToken } = checkOptions(options, settings);
  const approvals = createApprovals(settings.approval);
  const audit = auditTo((text) => process.stderr.write(text), settings.auditFile);
  const clientFor = (token: string, agent?: string) =>
    createClient({ address: settings.address, token, userAgent: userAgentOf(options.version, agent) });
  refuseBadAddress(() => clientFor('none'));

  const endpoint = createMcpEndpoint({
    settingsFor: ({ token }) => ({
      version: options.version,
      client: clientFor(token),
      clientFor: (agent) => clientFor(token, agent),
      gates: settings.gates,
      approvals,
      audit,
      detail: settings.detail,
      idCheck: settings.idCheck,
      hidden: [token],
    }),
    onError: (error) => process.stderr.write(`runwright mcp: ${error.message}\n`),
  });

  let url = options.url ?? '';
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const foreign = findForeign(incoming.headers, namesOf(url));
    if (foreign !== undefined) return await sendWebResponse(problem(403, -32000, foreign), outgoing);
    const [path = ''] = (incoming.url ?? '').split('?');
    if (incoming.method === 'GET' && (path === METADATA_PATH || path === `${METADATA_PATH}/mcp`)) {
      return await sendWebResponse(Response.json(protectedResource(url)), outgoing);
    }
    if (path !== '/mcp') return await sendWebResponse(new Response(null, { status: 404 }), outgoing);
    if (!['GET', 'POST', 'DELETE'].includes(incoming.method ?? '')) {
      const headers = { Allow: 'GET, POST, DELETE' };
      return await sendWebResponse(problem(405, -32000, 'Method not allowed.', headers), outgoing);
    }
    const token = readBearer(incoming.headers.authorization) ?? ownToken;
    if (token === undefined) {
      const headers = { 'WWW-Authenticate': challenge(url, false) };
      return await sendWebResponse(problem(401, -32000, 'Send an API token as bearer.', headers), outgoing);
    }
    const name = `token ${createHash('sha256').update(token).digest('hex').slice(0, 16)}`;
    const caller = { token, name, address: incoming.socket.remoteAddress ?? '' };
    await answerOver(endpoint, new URL(`${url}/mcp`), { incoming, outgoing, caller });
  };

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.listen(options.port, options.host);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]: unknown[]) => {
      throw new SettingsProblem(`--host or --port: ${(error as Error).message}`);
    }),
  ]);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  url = (options.url ?? `http://${host}:${port}`).replace(/\/+$/, '');
  return {
    url: `${url}/mcp`,
    async close() {
      await endpoint.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function checkOptions(
  { host, url, useOwnToken }: StandAloneOptions,
  { token }: McpSettings,
): { ownToken: string | undefined } {
  const isLocal = isLoopbackHost(host);
  if (url !== undefined && !URL.canParse(url))
    throw new SettingsProblem('--url: must be an address like https://mcp.example.com');
  if (!isLocal && (url === undefined || new URL(url).protocol !== 'https:')) {
    throw new SettingsProblem(
      '--url: tokens would cross the network in clear; give the https address of the proxy in front of it, or listen on 127.0.0.1',
    );
  }
  if (!useOwnToken) return { ownToken: undefined };
  if (!isLocal || url !== undefined) {
    throw new SettingsProblem(
      '--use-own-token: anybody who reaches this address could use the token; it is for --host 127.0.0.1 without --url only',
    );
  }
  if (token === undefined) throw new SettingsProblem('--use-own-token: TFC_TOKEN is not set');
  return { ownToken: token };
}

function refuseBadAddress(connect: () => unknown): void {
  try {
    connect();
  } catch (error) {
    if (error instanceof TypeError) throw new SettingsProblem(`TFC_ADDRESS: ${error.message}`);
    throw error;
  }
}
