/** The part of docs/compatibility.md that says which endpoints of HCP Terraform this server has. */
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import type { Room } from '../../src/server/http/openapi/document.ts';
import { HCP_AREAS } from './hcp-endpoints.ts';

export const API_PART = { begin: '<!-- api: made by `npm run docs` -->', end: '<!-- /api -->' };

type Served = Map<string, Pick<Endpoint, 'summary'>>;

/** The same for both sides: parameters lose their names. */
function keyOf(method: string, url: string): string {
  const path = /^\/(api|oauth|\.well-known|app)(\/|$)/.test(url) ? url : `/api/v2${url}`;
  return `${method} ${path.replaceAll(/:[A-Za-z]+/g, ':')}`;
}

const parse = (endpoint: string): [method: string, url: string] => {
  const [method = '', url = ''] = endpoint.split(' ');
  return [method, url];
};

export function apiPart(rooms: readonly Room<never>[]): string {
  const endpoints = rooms.flatMap((room) => room.endpoints as readonly Endpoint[]);
  const served: Served = new Map(
    endpoints.map(({ method, url, summary }) => [keyOf(method, url), { summary }]),
  );
  const known = new Set(HCP_AREAS.flatMap((area) => area.endpoints.map((one) => keyOf(...parse(one)))));
  const count = [...known].filter((key) => served.has(key)).length;
  return [
    `${count} of the ${known.size} endpoints of HCP Terraform around runs are served. What is served is what the test-suite was`,
    'answered with success; every one of those answers was compared with `/api/openapi.json`.',
    ...HCP_AREAS.flatMap(({ name, endpoints: all }) => areaLines(name, [...new Set(all)], served)),
    '',
    '### Beside them',
    '',
    '| endpoint | what it is for |',
    '|---|---|',
    ...endpoints
      .filter(({ method, url }) => !known.has(keyOf(method, url)))
      .map(({ method, url, summary }) => `| \`${method} ${url}\` | ${summary} |`),
  ].join('\n');
}

function areaLines(name: string, all: readonly string[], served: Served): string[] {
  const find = (endpoint: string) => served.get(keyOf(...parse(endpoint)));
  const missing = all.filter((endpoint) => find(endpoint) === undefined);
  return [
    '',
    `### ${name}: ${all.length - missing.length} of ${all.length}`,
    '',
    ...(missing.length === all.length
      ? []
      : [
          '| served | |',
          '|---|---|',
          ...all.flatMap((endpoint) => {
            const { summary } = find(endpoint) ?? {};
            return summary === undefined ? [] : [`| \`${endpoint}\` | ${summary} |`];
          }),
          '',
        ]),
    ...(missing.length === 0
      ? []
      : [`Not served: ${missing.map((endpoint) => `\`${endpoint}\``).join(', ')}.`]),
  ].filter((line, index, lines) => line !== '' || index !== lines.length - 1);
}

/** @throws when the page has no such part */
export function replacePart(page: string, { begin, end }: typeof API_PART, text: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no part ${begin} … ${end}`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
