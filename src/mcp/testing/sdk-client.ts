import { register } from 'node:module';

/**
 * The official MCP client for tests. Vitest hands the project's `source` condition on to Node, and a dependency of the
 * client has TypeScript behind that name, so the condition is taken away from what Node resolves itself.
 */
const WITHOUT_SOURCE = `export function resolve(specifier, context, next) {
  const conditions = context.conditions.filter((condition) => condition !== 'source');
  return next(specifier, { ...context, conditions });
}`;
register(`data:text/javascript,${encodeURIComponent(WITHOUT_SOURCE)}`);

export const { Client, InMemoryTransport } = await import('@modelcontextprotocol/client');
export const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
