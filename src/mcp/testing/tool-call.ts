/** One call of a tool, and the requests that it should send, each as `METHOD path?query body`. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly requests: readonly string[];
}

export const body = (type: string, rest: object): string => JSON.stringify({ data: { type, ...rest } });

export const call = (tool: string, args: Record<string, unknown>, ...requests: string[]): ToolCall => ({
  tool,
  args,
  requests,
});
