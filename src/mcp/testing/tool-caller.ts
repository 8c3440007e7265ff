import { createClient } from '@runwright/client';
import { createMcpServer, type McpServerSettings } from '../server.ts';
import type { ToolResult } from '../result.ts';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly result: ToolResult | undefined;
}

export interface ToolCaller {
  readonly client: InstanceType<typeof Client>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** The MCP server in this process, talked to through the official client. */
export async function connectTools(client: McpServerSettings['client'] | string): Promise<ToolCaller> {
  const api = typeof client === 'string' ? createClient({ address: client, token: 'secret-token' }) : client;
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer({ version: '0.0.0-test', client: api });
  await server.connect(far);
  const mcp = new Client({ name: 'test', version: '0' });
  await mcp.connect(near);
  return {
    client: mcp,
    async call(name, args = {}) {
      return readToolAnswer(await mcp.callTool({ name, arguments: args }));
    },
    close: () => mcp.close(),
  };
}

export function readToolAnswer(answer: Awaited<ReturnType<ToolCaller['client']['callTool']>>): ToolAnswer {
  return {
    isError: answer.isError === true,
    text: answer.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n'),
    result: answer.structuredContent as ToolResult | undefined,
  };
}
