import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export interface ToolSession {
  readonly toolNames: readonly string[];
  /** Returns the summary in the tool's answer; throws a refusal as an Error. */
  call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** An AI agent's side: the official MCP client, which talks to `runwright mcp` over stdin and stdout. */
export async function openToolSession(program: string, address: string, token: string): Promise<ToolSession> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env: { TFC_ADDRESS: address, TFC_TOKEN: token },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'runwright-demo', version: '1.0.0' });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    toolNames: tools.map(({ name }) => name),
    async call(tool, args) {
      const answer = await client.callTool({ name: tool, arguments: args });
      if (answer.isError === true) {
        const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
        throw new Error(text);
      }
      const { summary } = (answer.structuredContent ?? {}) as { summary?: Record<string, unknown> };
      if (summary === undefined) throw new Error(`${tool} answered without a summary`);
      return summary;
    },
    close: () => client.close(),
  };
}
