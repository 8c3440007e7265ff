import { unknownTool } from '../server/tool-names.ts';
import { TOOLSETS, type Gates } from '../safety/gates.ts';

/**
 * The limits that a request sets for itself (mcp §4.2): `X-MCP-Readonly`, `X-MCP-Toolsets`, `X-MCP-Tools` and
 * `X-MCP-Exclude-Tools`. `tightenGates` combines them, so that no header opens a closed gate.
 *
 * @returns one sentence when a header cannot be understood: a misspelt limit must not leave a gate open
 */
export function readWishes(headers: Headers): Partial<Gates> | string {
  const readOnly = headers.get('x-mcp-readonly')?.trim().toLowerCase();
  if (readOnly !== undefined && !['true', 'false', '1', '0'].includes(readOnly)) {
    return 'X-MCP-Readonly must be true or false.';
  }
  const toolsets = wordsOf(headers.get('x-mcp-toolsets'));
  const unknown = toolsets?.find((word) => !TOOLSETS.some((name) => name === word));
  if (unknown !== undefined) return `X-MCP-Toolsets takes ${TOOLSETS.join(', ')}.`;
  const tools = wordsOf(headers.get('x-mcp-tools'));
  const excludedTools = wordsOf(headers.get('x-mcp-exclude-tools')) ?? [];
  for (const [name, problem] of [
    ['X-MCP-Tools', unknownTool(tools)],
    ['X-MCP-Exclude-Tools', unknownTool(excludedTools)],
  ] as const) {
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return {
    readOnly: readOnly === 'true' || readOnly === '1',
    toolsets: toolsets && TOOLSETS.filter((name) => toolsets.includes(name)),
    tools,
    excludedTools,
  };
}

const NAMES = ['x-mcp-readonly', 'x-mcp-toolsets', 'x-mcp-tools', 'x-mcp-exclude-tools'];

/** The headers as they were written, for comparison; undefined: the request sets no limits. */
export function writtenWishes(headers: Headers): string | undefined {
  const written = NAMES.map((name) => headers.get(name));
  return written.every((value) => value === null) ? undefined : JSON.stringify(written);
}

function wordsOf(text: string | null): string[] | undefined {
  return text
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
