/**
 * The main story, with a client generated from the served document by openapi-typescript and openapi-fetch:
 * organization and workspace, an upload, a run that is planned, approved and applied, its log, its outputs.
 * Exits with 1 at the first answer that is not the expected one. The archive to upload is in the file that
 * RUNWRIGHT_INTEROP_ARCHIVE names.
 */
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

type Run = components['schemas']['Run'];

const WITHIN_MS = 180_000;
const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const client = createClient<paths>({
  baseUrl: env('RUNWRIGHT_INTEROP_URL'),
  headers: { Authorization: `Bearer ${env('RUNWRIGHT_INTEROP_TOKEN')}` },
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The document of an answer, which must have this status. */
function had<Data>(what: string, status: number, { data, error, response }: Answer<Data>): NonNullable<Data> {
  assert.equal(response.status, status, `${what}: ${JSON.stringify(error)}`);
  assert.ok(data !== undefined && data !== null, `${what} has no document`);
  console.log(`ok ${what}`);
  return data;
}

/** The id and the signature at the end of an address from the server. */
function lastParts(address: string | null | undefined): { id: string; signature: string } {
  const [id, signature] = new URL(address ?? '').pathname.split('/').slice(-2);
  return { id: id ?? '', signature: signature ?? '' };
}

async function until(id: string, status: string): Promise<Run> {
  for (const deadline = Date.now() + WITHIN_MS; ; await sleep(150)) {
    const { data } = had('the run', 200, await client.GET('/api/v2/runs/{id}', { params: { path: { id } } }));
    if (data.attributes.status === status) return data;
    assert.ok(
      data.attributes.status !== 'errored' && Date.now() < deadline,
      `the run is ${data.attributes.status} instead of ${status}`,
    );
  }
}

const organization = `typescript-${process.pid}`;
const made = had(
  'an organization',
  201,
  await client.POST('/api/v2/organizations', {
    body: {
      data: { type: 'organizations', attributes: { name: organization, email: 'platform@example.com' } },
    },
  }),
);
assert.equal(made.data.attributes.name, organization);

const workspace = had(
  'a workspace',
  201,
  await client.POST('/api/v2/organizations/{organization}/workspaces', {
    params: { path: { organization } },
    body: { data: { type: 'workspaces', attributes: { name: 'network', description: 'Made by a client' } } },
  }),
).data;
assert.equal(workspace.attributes.description, 'Made by a client');

const version = had(
  'a configuration version',
  201,
  await client.POST('/api/v2/workspaces/{id}/configuration-versions', {
    params: { path: { id: workspace.id } },
    body: { data: { type: 'configuration-versions', attributes: { 'auto-queue-runs': false } } },
  }),
).data;
const archive = await readFile(env('RUNWRIGHT_INTEROP_ARCHIVE'));
const uploaded = await client.PUT('/api/v2/uploads/configuration-versions/{id}/{signature}', {
  params: { path: lastParts(version.attributes['upload-url']) },
  headers: { 'Content-Type': 'application/octet-stream' },
  body: archive as unknown as string,
  bodySerializer: () => new Blob([new Uint8Array(archive)]),
});
assert.equal(uploaded.response.status, 200);

const run = had(
  'a run',
  201,
  await client.POST('/api/v2/runs', {
    body: {
      data: {
        type: 'runs',
        attributes: { message: 'From TypeScript', variables: [{ key: 'names', value: '["a", "b"]' }] },
        relationships: { workspace: { data: { type: 'workspaces', id: workspace.id } } },
      },
    },
  }),
).data;
assert.equal(run.attributes.message, 'From TypeScript');

const planned = await until(run.id, 'planned');
assert.equal(planned.attributes.actions['is-confirmable'], true);
const plan = had(
  'its plan',
  200,
  await client.GET('/api/v2/plans/{id}', {
    params: { path: { id: planned.relationships.plan?.data?.id ?? '' } },
  }),
).data;
assert.equal(plan.attributes['resource-additions'], 2);
const log = had(
  'the plan’s log',
  200,
  await client.GET('/api/v2/logs/{id}/{signature}', {
    params: { path: lastParts(plan.attributes['log-read-url']) },
    parseAs: 'text',
  }),
);
assert.match(String(log), /2 to add/);

const approved = await client.POST('/api/v2/runs/{id}/actions/apply', {
  params: { path: { id: run.id } },
  body: { comment: 'Looks right' },
});
assert.equal(approved.response.status, 202);
await until(run.id, 'applied');
const outputs = had(
  'outputs',
  200,
  await client.GET('/api/v2/workspaces/{id}/current-state-version-outputs', {
    params: { path: { id: workspace.id } },
  }),
).data;
assert.deepEqual(
  outputs.map(({ attributes: { name, value } }) => [name, value]),
  [['names', ['a', 'b']]],
);

const missing = await client.GET('/api/v2/runs/{id}', { params: { path: { id: 'run-nothing1nothing1' } } });
assert.equal(missing.error?.errors[0]?.status, '404');
const ended = await client.DELETE('/api/v2/organizations/{organization}', {
  params: { path: { organization } },
});
assert.equal(ended.response.status, 204);
