import type { Endpoint } from '../http/endpoint.ts';

interface Absent {
  method: Endpoint['method'];
  /** Below `/api/v2`. */
  url: string;
  summary: string;
  /** Why the request is refused, and what to do instead. */
  words: string;
}

type Method = Absent['method'];

const all = (methods: readonly Method[], url: string, summary: string, words: string): Absent[] =>
  methods.map((method) => ({ method, url, summary, words }));

const KEPT = 'Everything is kept here until it is deleted: no policy deletes states, configurations or runs.';
const NO_ASSESSMENT =
  'Health is not assessed here: a plan-only run with refresh-only tells what has drifted (POST /api/v2/runs).';
const NO_QUERIES =
  'There are no query runs here: run terraform query on your own machine, in a workspace of execution mode local.';

const retention = ['workspaces/:id', 'organizations/:organization'].flatMap((owner) =>
  all(
    ['GET', 'POST', 'PATCH', 'DELETE'],
    `/${owner}/relationships/data-retention-policy`,
    'How long data is kept: until it is deleted',
    KEPT,
  ),
);

/** Archives of configurations can be deleted (configurations/); all other files of a run go with its workspace. */
const backingData = [
  { kind: 'state-versions', separator: '_', what: 'The file of a state version' },
  { kind: 'plans', separator: '-', what: 'What a plan has left' },
  { kind: 'applies', separator: '-', what: 'What an apply has left' },
].flatMap(({ kind, separator, what }) =>
  ['soft-delete', 'restore', 'permanently-delete'].flatMap((action) =>
    all(
      ['POST'],
      `/${kind}/:id/actions/${`${action}-backing-data`.replaceAll('-', separator)}`,
      `${what} is kept as long as its workspace`,
      `${what} is kept as long as its workspace: delete the workspace to delete it.`,
    ),
  ),
);

const queries: Absent[] = [
  ['POST', '/queries'],
  ['GET', '/queries/:id'],
  ['GET', '/workspaces/:id/queries'],
  ['POST', '/queries/:id/actions/cancel'],
  ['POST', '/queries/:id/actions/force-cancel'],
].map(([method, url]) => ({
  method: method as Method,
  url: url as string,
  summary: 'There are no query runs',
  words: NO_QUERIES,
}));

/** Requests that HCP Terraform serves and this server refuses, on resources that both have. */
export const ABSENT: readonly Absent[] = [
  ...retention,
  ...backingData,
  ...queries,
  ...all(['POST'], '/workspaces/:id/actions/assess', 'Health is not assessed', NO_ASSESSMENT),
  ...all(
    ['GET'],
    '/workspaces/:id/current-assessment-result',
    'The result of an assessment: there is none',
    NO_ASSESSMENT,
  ),
  ...all(
    ['PATCH'],
    '/organizations/:organization/token-ttl-policies',
    'The lifetime of tokens is not limited by an organization',
    'An organization does not limit the lifetime of tokens: give each its own end (expired-at), or set RUNWRIGHT_TOKEN_DAYS.',
  ),
  ...all(
    ['POST', 'DELETE'],
    '/varsets/:id/relationships/stacks',
    'There are no stacks',
    'There are no stacks here: give the set to workspaces or projects.',
  ),
  ...all(
    ['POST'],
    '/organizations/:organization/registry-modules/vcs',
    'Modules are not taken from repositories',
    'Modules are uploaded here: create one (POST …/registry-modules), then a version of it, or use `runwright registry publish-module`.',
  ),
  ...all(
    ['PATCH'],
    '/organizations/:organization/registry-modules/:registry/:namespace/:module/:provider',
    'A module has no settings',
    'A module has no settings here: publish its next version.',
  ),
  ...all(
    ['POST'],
    '/plan-exports',
    'Plans are not exported as mock data',
    'Mock data is not made here: GET /api/v2/plans/:id/json-output is the whole plan.',
  ),
  ...all(
    ['GET', 'DELETE'],
    '/plan-exports/:id',
    'An export of a plan: there is none',
    'Plans are not exported here.',
  ),
  ...all(
    ['GET'],
    '/plan-exports/:id/download',
    'An export of a plan: there is none',
    'Plans are not exported here.',
  ),
];
