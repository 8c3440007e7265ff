/**
 * Values can be read as they were written: every text or time that an attribute accepts is answered the same when it is
 * created, read alone and read in its list. The test runs on each database, so that both answer alike.
 */
import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { shapeOf } from '../docs/vocabulary.ts';
import { asCode, to } from '../support/as-code.ts';
import { makeStore } from '../support/store-scene.ts';
import { makeRegistryRoutes } from '../support/registry-routes.ts';
import { createRun, uniqueName, uploadConfiguration } from '../support/scenario.ts';

const code = asCode();
const { call, make, newProject, newTeam, newWorkspace } = code;

const VALUES = [
  '\ufeffbegins with a byte order mark',
  'ends with one\ufeff',
  'a line\u2028separator, \u0085 and \u00a0',
  'two lines\nand a\ttab',
  `quotes ' " \` \\ $$ %s %% {} [] null NULL`,
  '{"json":[1,"\\u0000"]}',
  '\u202eright to left \u200b\u200d, 👩‍👩‍👧, e\u0301',
  '\u{10ffff}\uffff\ufdd0',
  'plain-name_1',
  '0',
  'true',
  '0001-01-01T00:00:00Z',
  '0049-12-31T23:59:59.999Z',
  '0100-02-28T12:00:00+14:00',
  '1969-12-31T23:59:59Z',
  '2400-02-29T00:00:00.123456789-12:00',
  '9999-12-31T23:59:59.999Z',
];
const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
/** Times are answered in UTC and to the millisecond. */
const normal = (value: unknown): unknown => (isMoment(value) ? new Date(value).toISOString() : value);

interface Body {
  attributes: Record<string, unknown>;
  relationships?: Record<string, unknown>;
}

/** A body that the endpoint accepts, with existing ids. */
function bodyOf({ example }: Endpoint, ids: Readonly<Record<string, string>>): Body {
  const { data } = (example ?? { data: { attributes: {} } }) as { data: Partial<Body> };
  const relationships = Object.fromEntries(
    Object.entries(data.relationships ?? {}).map(([name, value]) => {
      const isMany = Array.isArray((value as { data: unknown }).data);
      const type = name.endsWith('s') ? name.replace(/^allowed-/, '') : `${name}s`;
      const one = to(type, ids[name] ?? ids[type] ?? '');
      return [name, isMany ? { data: [one.data] } : one];
    }),
  );
  return { ...data, attributes: { ...data.attributes }, relationships };
}

/** Names, keys, descriptions and e-mail addresses must be unique within their kind. */
function makeUnique(attributes: Record<string, unknown>, given: ReadonlySet<string>): void {
  for (const name of ['name', 'key', 'description']) {
    if (name in attributes && !given.has(name)) attributes[name] = uniqueName('value');
  }
  if ('email' in attributes && !given.has('email'))
    attributes['email'] = `${uniqueName('value')}@example.com`;
}

/** Addresses and ids of other resources, and secrets that are never shown. */
const isElsewhere = (name: string, shape: Readonly<Record<string, unknown>>): boolean =>
  /^(url|token|hmac-key|.*-id)$/.test(name) || (name === 'value' && !('key' in shape));

test('every value that an attribute accepts is read as it was written', async () => {
  const project = await newProject();
  const workspace = await newWorkspace();
  const team = await newTeam();
  await uploadConfiguration(code.server, workspace);
  const ids = {
    workspaces: workspace,
    projects: project,
    teams: team,
    runs: await createRun(code.server, workspace),
    users: (await call('GET', '/api/v2/account/details')).body.data.id,
    varsets: await make(`${code.O}/varsets`, { attributes: { name: uniqueName('set') } }),
    'agent-pools': await make(`${code.O}/agent-pools`, { attributes: { name: uniqueName('pool') } }),
    'provider-stores': (await makeStore(code.server.platform, null))['provider-stores'],
    'policy-sets': await make(`${code.O}/policy-sets`, { attributes: { name: uniqueName('set') } }),
    sourceable: await newWorkspace(),
  };
  const registry = await makeRegistryRoutes(code.server, code.organization);
  const ownerOf = (url: string): string => ids[url.split('/')[3] as keyof typeof ids] ?? 'none';
  const endpoints = (allEndpoints(code.server.platform) as Endpoint[]).filter(
    ({ access, answers, method, url, body }) =>
      access === 'account' &&
      method === 'POST' &&
      201 in answers &&
      Object.keys(shapeOf(shapeOf(shapeOf(body)['data'])['attributes'])).length > 0 &&
      // Files, and resources that are also created at another address, are left out.
      !/(\/(gpg-keys|tag.*|state-versions|configuration-versions|authentication-token)$|^\/api\/v2\/vars$)/.test(
        url,
      ),
  );
  const written = new Set<string>();
  const tryValue = async (endpoint: Endpoint, path: string, value: string, names: readonly string[]) => {
    const body = bodyOf(endpoint, ids);
    for (const name of names) body.attributes[name] = value;
    makeUnique(body.attributes, new Set(names));
    const made = await call('POST', path, body);
    if (made.status === 422) return false;
    expect([path, value, made.status, made.text]).toEqual([path, value, 201, made.text]);
    const { attributes, id, links } = made.body.data;
    for (const name of names.filter((each) => each in attributes)) {
      written.add(`${endpoint.url} ${name}`);
      // Some names lose the white space around them.
      const sent = normal(name === 'name' && attributes[name] === value.trim() ? value.trim() : value);
      expect([path, name, normal(attributes[name])]).toEqual([path, name, sent]);
    }
    const shown = { ...attributes, ...('token' in attributes ? { token: null } : {}) };
    const self = links?.['self'];
    if (self !== undefined) {
      const alone = await call('GET', self);
      expect([self, alone.status, alone.body.data.attributes]).toEqual([self, 200, shown]);
    }
    const list = await call('GET', `${path}?page[size]=100`);
    const listed = list.status === 200 ? list.body.data.find((each) => each.id === id) : undefined;
    if (listed !== undefined) expect([path, listed.attributes]).toEqual([path, shown]);
    if (self !== undefined) await call('DELETE', self);
    return true;
  };
  for (const endpoint of endpoints) {
    const path = registry
      .address(endpoint.url, false)
      .replace(':organization', code.organization)
      .replace(':id', ownerOf(endpoint.url));
    const shape = shapeOf(shapeOf(shapeOf(endpoint.body)['data'])['attributes']);
    for (const value of VALUES) {
      const names = Object.entries(shape).flatMap(([name, schema]) =>
        schema instanceof z.ZodType && schema.safeParse(value).success && !isElsewhere(name, shape)
          ? [name]
          : [],
      );
      if (names.length === 0 || (await tryValue(endpoint, path, value, names))) continue;
      for (const name of names) await tryValue(endpoint, path, value, [name]);
    }
  }
  expect(written.size).toBeGreaterThan(15);
}, 300_000);
