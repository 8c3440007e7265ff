import { createClient } from '@runwright/client';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { createMcpServer, type McpServerSettings } from '../server/server.ts';
import { DEFAULT_GATES } from '../safety/gates.ts';
import type { ToolResult } from '../answer/result.ts';

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

export interface CallerOptions extends Partial<Omit<McpServerSettings, 'client' | 'version'>> {
  /** The person's answer; absent: the client cannot ask. */
  readonly answer?: (message: string) => unknown;
  readonly token?: string;
}

/** The MCP server in this process, called through the official client. */
export async function connectTools(
  client: McpServerSettings['client'] | string,
  { answer, token = 'secret-token', ...settings }: CallerOptions = {},
): Promise<ToolCaller> {
  const api = typeof client === 'string' ? createClient({ address: client, token }) : client;
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer({ version: '0.0.0-test', client: api, ...settings });
  await server.connect(far);
  const capabilities = answer === undefined ? {} : { elicitation: { form: {} } };
  const mcp = new Client({ name: 'test', version: '0' }, { capabilities });
  if (answer !== undefined) {
    mcp.setRequestHandler('elicitation/create', (request) => answer(request.params.message) as never);
  }
  await mcp.connect(near);
  return {
    client: mcp,
    async call(name, args = {}) {
      return readToolAnswer(await mcp.callTool({ name, arguments: args }));
    },
    close: () => mcp.close(),
  };
}

/** All gates open: every tool exists, including those that delete or give access. */
export const ALL_GATES = { ...DEFAULT_GATES, allowDelete: true, allowAccess: true };

export function readToolAnswer(answer: Awaited<ReturnType<ToolCaller['client']['callTool']>>): ToolAnswer {
  return {
    isError: answer.isError === true,
    text: answer.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n'),
    result: answer.structuredContent as ToolResult | undefined,
  };
}
