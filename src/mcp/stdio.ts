import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createClient } from '@runwright/client';
import { userAgentOf } from './server/agent-name.ts';
import type { Failure } from './answer/failure.ts';
import { createApprovals } from './safety/approval.ts';
import { auditTo } from './safety/audit.ts';
import { DEFAULT_GATES, type Gates } from './safety/gates.ts';
import { createMcpServer, type McpServerSettings } from './server/server.ts';
import { readMcpSettings, readTarget, SettingsProblem, type McpSettings } from './settings.ts';
import { refuseUnknownTools } from './server/tool-names.ts';

export interface StdioServer {
  readonly close: () => Promise<void>;
}

/**
 * Serves MCP on stdin and stdout until stdin ends. Settings come from the environment (`readMcpSettings`). A missing
 * or wrong one does not stop the start: each call then reports it, where the user can read it. Logs and audit lines
 * go to stderr.
 */
export function startStdioServer(env: NodeJS.ProcessEnv, version: string): StdioServer {
  const settings = connect(env, version);
  const { client } = settings;
  log(
    'happened' in client
      ? `not usable yet: ${client.happened}`
      : `serving tools for ${readTarget(env).address}`,
  );
  return serveStdio(() => createMcpServer(settings), {
    onerror: (error) => {
      log(error.message);
    },
  });
}

/** Settings under which every call fails with this reason. Gates that could be read still apply. */
function unusable(version: string, client: Failure, gates: Gates = DEFAULT_GATES): McpServerSettings {
  return { version, client, gates };
}

/** Turns the environment into settings. Never throws: an error becomes the answer to every call. */
export function connect(env: NodeJS.ProcessEnv, version: string): McpServerSettings {
  let settings: McpSettings;
  try {
    settings = readMcpSettings(env);
    refuseUnknownTools(settings.gates);
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    return unusable(version, {
      code: 'invalid_argument',
      happened: `a setting of this MCP server is not usable, so nothing was sent: ${error.message}.`,
      next: "ask the user to correct it in the MCP client's settings of this server and to restart it.",
    });
  }
  const { address, token, gates, approval, auditFile, detail, idCheck } = settings;
  if (token === undefined) {
    return unusable(
      version,
      {
        code: 'unauthorized',
        happened: 'this MCP server has no API token, so nothing was sent.',
        next: "ask the user to set TFC_TOKEN (and TFC_ADDRESS, unless the server is https://app.terraform.io) in the MCP client's settings of this server, or to sign in with `terraform login`, and to restart it.",
      },
      gates,
    );
  }
  const clientFor = (agent?: string) =>
    createClient({ address, token, userAgent: userAgentOf(version, agent) });
  try {
    return {
      version,
      client: clientFor(),
      clientFor,
      gates,
      approvals: createApprovals(approval),
      audit: auditTo((text) => process.stderr.write(text), auditFile),
      detail,
      idCheck,
      hidden: [token],
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return unusable(
      version,
      {
        code: 'invalid_argument',
        happened: `TFC_ADDRESS is not usable, so nothing was sent: ${error.message}.`,
        next: 'ask the user to set TFC_ADDRESS to an address like https://app.terraform.io and to restart this MCP server.',
      },
      gates,
    );
  }
}

function log(message: string): void {
  process.stderr.write(`runwright mcp: ${message}\n`);
}
