import { CLIENT_INFO_META_KEY, type McpServer, type ServerContext } from '@modelcontextprotocol/server';

const MAX_LENGTH = 64;

/**
 * The MCP client's name for itself, in characters that a header may hold; undefined when it sent none. Clients of the
 * 2025 protocols send it once in a session, those of 2026 with each request.
 */
export function agentName(server: McpServer, ctx: ServerContext): string | undefined {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY] ?? server.server.getClientVersion();
  const { name, version } = (info ?? {}) as { readonly name?: unknown; readonly version?: unknown };
  if (typeof name !== 'string') return undefined;
  const text = typeof version === 'string' ? `${name} ${version}` : name;
  const plain = text
    .replaceAll(/[^A-Za-z0-9_ .+@:/-]+/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .trim();
  return plain === '' ? undefined : plain;
}

/** The user agent of the tools, with the agent that they work for. */
export const userAgentOf = (version: string, agent: string | undefined): string =>
  `runwright-mcp/${version}${agent === undefined ? '' : ` (${agent})`}`;
