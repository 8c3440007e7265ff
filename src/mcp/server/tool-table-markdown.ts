import type { Tool } from '../tool/tool.ts';

/** The table in docs/mcp.md; a test compares the page with it. */
export function toolTableMarkdown(tools: readonly Tool[]): string {
  const rows = tools.map(
    ({ name, kind, toolsets, description }) =>
      `| \`${name}\` | ${kind} | ${toolsets.join(', ')} | ${description} |`,
  );
  return ['| tool | kind | toolsets | what it does |', '|---|---|---|---|', ...rows].join('\n');
}
