import * as z from 'zod';

/** The answer of a tool, in the shape that every tool declares as its output (mcp §4.1.2). */
export interface ToolResult {
  /** The specification's JSON:API data: one run or a list of runs. */
  readonly data: unknown;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** The facts of `data` that the next decision depends on, as a flat object. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly next_actions: readonly NextAction[];
  readonly warnings: readonly string[];
}

export interface NextAction {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly why: string;
}

/** Open on purpose: clients refuse members that a closed schema does not name, and servers add some. */
export const ToolOutput = z.looseObject({
  data: z.unknown().describe('JSON:API: one run, or a list of runs'),
  summary: z.looseObject({}).describe('the deciding facts, flat'),
  next_actions: z
    .array(z.looseObject({ tool: z.string(), arguments: z.looseObject({}), why: z.string() }))
    .describe('calls that make sense now'),
  warnings: z.array(z.string()),
});

/** The same facts for clients that show only text. */
export function resultText(headline: string, lines: readonly string[], result: ToolResult): string {
  return [headline, ...lines, ...result.warnings.map(warningLine), ...result.next_actions.map(nextLine)].join(
    '\n',
  );
}

export const warningLine = (warning: string): string => `Warning: ${warning}`;

const nextLine = ({ tool, arguments: args, why }: NextAction): string =>
  `Next: ${tool} ${JSON.stringify(args)} (${why})`;

/** Both forms without next calls that are not possible here: a missing tool is no advice. */
export function withoutClosedTools(
  { result, text }: { readonly result: ToolResult; readonly text: string },
  isOpen: (tool: string) => boolean,
): { readonly result: ToolResult; readonly text: string } {
  const closed = result.next_actions.filter(({ tool }) => !isOpen(tool));
  if (closed.length === 0) return { result, text };
  const lines = new Set(closed.map(nextLine));
  return {
    result: { ...result, next_actions: result.next_actions.filter(({ tool }) => isOpen(tool)) },
    text: text
      .split('\n')
      .filter((line) => !lines.has(line))
      .join('\n'),
  };
}
