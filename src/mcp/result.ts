import { z } from 'zod';

/** What a tool answers: the shape that every tool declares as its output (mcp §4.1.2). */
export interface ToolResult {
  /** The specification's JSON:API data: one run or a list of runs. */
  readonly data: unknown;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** The facts of `data` that decide what to do, flat. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly next_actions: readonly NextAction[];
  readonly warnings: readonly string[];
}

export interface NextAction {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly why: string;
}

/** Open on purpose: clients refuse a result that a closed schema does not know, and servers add words. */
export const ToolOutput = z.looseObject({
  data: z.unknown().describe('JSON:API: one run, or a list of runs'),
  summary: z.looseObject({}).describe('the deciding facts, flat'),
  next_actions: z
    .array(z.looseObject({ tool: z.string(), arguments: z.looseObject({}), why: z.string() }))
    .describe('calls that make sense now'),
  warnings: z.array(z.string()),
});

/** The same facts for clients that show text only. */
export function resultText(headline: string, lines: readonly string[], result: ToolResult): string {
  return [
    headline,
    ...lines,
    ...result.warnings.map((warning) => `Warning: ${warning}`),
    ...result.next_actions.map(
      ({ tool, arguments: args, why }) => `Next: ${tool} ${JSON.stringify(args)} (${why})`,
    ),
  ].join('\n');
}
