/** The part of docs/mcp.md that lists the tools for each endpoint, found by the calls in the tests of the tools. */
import { ALL_CALLS } from '../../src/mcp/testing/tool-calls.ts';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import type { Room } from '../../src/server/http/openapi/document.ts';
import { standingOf } from './compatibility.ts';
import { WITHOUT_TOOL } from './without-tool.ts';

export const TOOL_API_PART = {
  begin: '<!-- tool-api: made by `npm run docs` -->',
  end: '<!-- /tool-api -->',
};
export const TOOL_TABLE_PART = { begin: '<!-- tools: made by `npm run docs` -->', end: '<!-- /tools -->' };

interface Reached {
  /** For example `GET /runs/:id`. */
  readonly endpoint: string;
  readonly tools: readonly string[];
}

const PREFIX = '/api/v2';
const short = ({ method, url }: Endpoint): string => `${method} ${url.replace(PREFIX, '')}`;

/** The endpoints of the public API with the tools that call them. */
export function reachedEndpoints(rooms: readonly Room<never>[]): Reached[] {
  const endpoints = rooms
    .flatMap((room) => room.endpoints as readonly Endpoint[])
    // Endpoints that can only refuse need no tool.
    .filter((endpoint) => endpoint.url.startsWith(`${PREFIX}/`) && standingOf(endpoint) === 'served');
  const tools = new Map(endpoints.map((endpoint) => [endpoint, new Set<string>()]));
  for (const { tool, requests } of ALL_CALLS) {
    for (const request of requests) {
      const endpoint = findEndpoint(endpoints, request);
      if (endpoint !== undefined) tools.get(endpoint)?.add(tool);
    }
  }
  return endpoints.map((endpoint) => ({
    endpoint: short(endpoint),
    tools: [...(tools.get(endpoint) ?? [])],
  }));
}

/** The endpoint that answers a request: the one with the fewest parameters if several match. */
function findEndpoint(endpoints: readonly Endpoint[], request: string): Endpoint | undefined {
  const [method = '', target = ''] = request.split(' ');
  const [path = ''] = target.split('?');
  const parameters = ({ url }: Endpoint): number => url.split(':').length;
  return endpoints
    .filter((endpoint) => {
      const pattern = endpoint.url.replace(PREFIX, '').replaceAll(/:[A-Za-z]+/g, '[^/]+');
      return endpoint.method === method && new RegExp(`^${pattern}$`).test(`/${path}`);
    })
    .toSorted((a, b) => parameters(a) - parameters(b))[0];
}

export function toolApiPart(rooms: readonly Room<never>[]): string {
  const reached = reachedEndpoints(rooms);
  const withTool = reached.filter(({ tools }) => tools.length > 0);
  const served = new Set(reached.map(({ endpoint }) => endpoint));
  return [
    `Tools reach ${withTool.length} of the ${reached.length} endpoints of the API.`,
    '',
    '| endpoint | tools |',
    '|---|---|',
    ...withTool.map(
      ({ endpoint, tools }) => `| \`${endpoint}\` | ${tools.map((name) => `\`${name}\``).join(', ')} |`,
    ),
    '',
    'The others have none, for these reasons:',
    '',
    ...WITHOUT_TOOL.map(
      ({ reason, endpoints }) =>
        `- ${reason}: ${endpoints
          .filter((endpoint) => served.has(endpoint))
          .map((endpoint) => `\`${endpoint}\``)
          .join(', ')}.`,
    ),
  ].join('\n');
}
