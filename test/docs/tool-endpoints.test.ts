import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { endpointTable } from './endpoint-table.ts';
import { reachedEndpoints, TOOL_API_PART, toolApiPart } from './tool-endpoints.ts';
import { WITHOUT_TOOL } from './without-tool.ts';

const rooms = endpointTable();

test('every endpoint of the API has a tool or a reason to have none, and never both', () => {
  const reached = reachedEndpoints(rooms);
  const without = reached.filter(({ tools }) => tools.length === 0).map(({ endpoint }) => endpoint);
  const explained = WITHOUT_TOOL.flatMap(({ endpoints }) => endpoints);
  expect(new Set(explained).size).toBe(explained.length);
  expect(without.filter((endpoint) => !explained.includes(endpoint))).toEqual([]);
  expect(explained.filter((endpoint) => !without.includes(endpoint))).toEqual([]);
});

test('docs/mcp.md has the table of endpoints and tools (npm run docs)', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/mcp.md'), 'utf8');
  const [, part = ''] = page.split(TOOL_API_PART.begin);
  expect(part.split(TOOL_API_PART.end)[0]?.trim()).toBe(toolApiPart(rooms));
});
