/** The part of docs/compatibility.md that says which endpoints of HCP Terraform this server has. */
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import type { Room } from '../../src/server/http/openapi/document.ts';
import type { Area } from './hcp-area.ts';
import { HCP_AREAS } from './hcp-endpoints.ts';

export const API_PART = { begin: '<!-- api: made by `npm run docs` -->', end: '<!-- /api -->' };

type Served = Map<string, Pick<Endpoint, 'summary' | 'answers'>>;

/** The key of an endpoint for comparison, without the names of its parameters. */
function keyOf(method: string, url: string): string {
  const path = /^\/(api|oauth|\.well-known|app)(\/|$)/.test(url) ? url : `/api/v2${url}`;
  return `${method} ${path.replaceAll(/:[A-Za-z]+/g, ':')}`;
}

const parse = (endpoint: string): [method: string, url: string] => {
  const [method = '', url = ''] = endpoint.split(' ');
  return [method, url];
};

type Standing = 'served' | 'refused' | 'out';

/** An endpoint that never succeeds only explains why it is refused. */
export function standingOf(endpoint: Pick<Endpoint, 'answers'> | undefined): Standing {
  if (endpoint === undefined) return 'out';
  return Object.keys(endpoint.answers).some((status) => Number(status) < 400) ? 'served' : 'refused';
}

/** Endpoints that are neither served nor have a reason for that. */
export const withoutReason = (rooms: readonly Room<never>[]): string[] => {
  const endpoints = rooms.flatMap((room) => room.endpoints as readonly Endpoint[]);
  const there = new Set(endpoints.map(({ method, url }) => keyOf(method, url)));
  return HCP_AREAS.filter(({ out }) => out === undefined).flatMap((area) =>
    area.endpoints.filter((one) => !there.has(keyOf(...parse(one)))),
  );
};

export function apiPart(rooms: readonly Room<never>[]): string {
  const endpoints = rooms.flatMap((room) => room.endpoints as readonly Endpoint[]);
  const served: Served = new Map(
    endpoints.map((endpoint) => [keyOf(endpoint.method, endpoint.url), endpoint]),
  );
  const known = new Set(HCP_AREAS.flatMap((area) => area.endpoints.map((one) => keyOf(...parse(one)))));
  const standings = [...known].map((key) => standingOf(served.get(key)));
  const count = (standing: Standing): number => standings.filter((each) => each === standing).length;
  return [
    `Of the ${known.size} endpoints that HCP Terraform and Terraform Enterprise document, ${count('served')} are served,`,
    `${count('refused')} are refused with a sentence that says why and what to do instead, and ${count('out')} are not there, for the`,
    'reason that their part names. What is served is what the test-suite was answered with success; every one of those answers',
    'was compared with `/api/openapi.json`.',
    ...HCP_AREAS.flatMap((area) => areaLines(area, served)),
    '',
    '### Beside them',
    '',
    '| endpoint | what it is for |',
    '|---|---|',
    ...endpoints
      .filter((one) => standingOf(one) === 'served' && !known.has(keyOf(one.method, one.url)))
      .map(({ method, url, summary }) => `| \`${method} ${url}\` | ${summary} |`),
  ].join('\n');
}

function areaLines({ name, out, endpoints: all }: Area, served: Served): string[] {
  const find = (endpoint: string) => served.get(keyOf(...parse(endpoint)));
  const of = (standing: Standing) => [...new Set(all)].filter((one) => standingOf(find(one)) === standing);
  const list = (endpoints: readonly string[]): string => endpoints.map((one) => `\`${one}\``).join(', ');
  return [
    '',
    `### ${name}: ${of('served').length} of ${new Set(all).size}`,
    ...(of('served').length === 0
      ? []
      : [
          '',
          '| served | |',
          '|---|---|',
          ...of('served').map((endpoint) => `| \`${endpoint}\` | ${find(endpoint)?.summary} |`),
        ]),
    ...(of('refused').length === 0 ? [] : ['', `Refused in words: ${list(of('refused'))}.`]),
    ...(of('out').length === 0 ? [] : ['', `Out, since ${out}: ${list(of('out'))}.`]),
  ];
}

/** @throws when the page has no such part */
export function replacePart(page: string, { begin, end }: typeof API_PART, text: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no part ${begin} … ${end}`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
