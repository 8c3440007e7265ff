import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createClient, type Client } from '@runwright/client';
import type { Failure } from './failure.ts';
import { createMcpServer } from './server.ts';
import { readMcpSettings } from './settings.ts';

export interface StdioServer {
  readonly close: () => Promise<void>;
}

/**
 * Serves MCP on stdin and stdout until stdin ends. Settings: `TFC_TOKEN`, `TFC_ADDRESS`. A missing token does not stop
 * the start: each call then says what is missing, where the person asking can read it. Logs go to stderr.
 */
export function startStdioServer(env: NodeJS.ProcessEnv, version: string): StdioServer {
  const client = connect(env, version);
  const address = readMcpSettings(env).address;
  log('happened' in client ? `not usable yet: ${client.happened}` : `serving tools for ${address}`);
  return serveStdio(() => createMcpServer({ version, client }), {
    onerror: (error) => {
      log(error.message);
    },
  });
}

function connect(env: NodeJS.ProcessEnv, version: string): Client | Failure {
  const { address, token } = readMcpSettings(env);
  if (token === undefined) {
    return {
      code: 'unauthorized',
      happened: 'this MCP server has no API token, so nothing was sent.',
      next: "ask the user to set TFC_TOKEN (and TFC_ADDRESS, unless the server is https://app.terraform.io) in the MCP client's settings of this server and to restart it.",
    };
  }
  try {
    return createClient({ address, token, userAgent: `runwright-mcp/${version}` });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return {
      code: 'invalid_argument',
      happened: `TFC_ADDRESS is not usable: ${error.message}.`,
      next: 'ask the user to set TFC_ADDRESS to an address like https://app.terraform.io and to restart this MCP server.',
    };
  }
}

function log(message: string): void {
  process.stderr.write(`runwright mcp: ${message}\n`);
}
