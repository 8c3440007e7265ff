/** States of every shape that an engine can write, and bytes that are no state, each sent in every way. */
import { parseExactJson } from '@runwright/models';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  readyWorkspace,
  statusOf,
} from '../../support/scenario.ts';
import { mustClaim, type HeldStep } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { lock, md5, put, stateBody, stateFile, unlock } from '../../support/states.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const output = (value: string, more = ''): string =>
  `{"version":4,"serial":1,"lineage":"l","outputs":{"o":{"value":${value},"type":"dynamic"${more}}},"resources":[]}`;
const forEachKey = (key: string): string =>
  `{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"managed","type":"t","name":"n","provider":"p","instances":[{"index_key":${key}}]}]}`;

const STATES: Record<string, string> = {
  'a NUL in an output': output(String.raw`"\u0000\u0001"`),
  'half a surrogate pair in an output': output(String.raw`"\ud83d"`),
  'a number of 40 digits': output('1234567890123456789012345678901234567890'),
  'a number beyond every float': output('1e758'),
  'a key with a NUL in an output': output(String.raw`{"a\u0000b":"\u0000"}`),
  'an output of 40 levels': output('['.repeat(40) + ']'.repeat(40)),
  'an output of 5000 levels': output('['.repeat(5_000) + ']'.repeat(5_000)),
  'an output longer than a row should hold': output(JSON.stringify('x'.repeat(2_000_000))),
  'a for_each key with a NUL': forEachKey(String.raw`"a\u0000b"`),
  'a for_each key with half a surrogate pair': forEachKey(String.raw`"\udc00"`),
  'a key under count that is no small number': forEachKey('9007199254740993'),
  'an attribute with a NUL': String.raw`{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"managed","type":"t","name":"n","instances":[{"attributes":{"input":"\u0000"}}]}]}`,
  'instances of 200 levels': `{"version":4,"serial":1,"lineage":"l","resources":[{"instances":${'['.repeat(200)}${']'.repeat(200)}}]}`,
  'names with NULs': String.raw`{"version":4,"serial":1,"lineage":"l\u0000","terraform_version":"\u0000","outputs":{"\u0000":{"value":1}},"resources":[{"mode":"managed","type":"\u0000","name":"\ud800","module":"\u0000","provider":"\u0000","instances":[{}]}]}`,
  'keys of a later version':
    '{"version":4,"serial":1,"lineage":"l","later":{"\\u0000":[1]},"check_results":null}',
  'a later format': '{"version":5,"serial":1,"lineage":"l"}',
  'an older format': '{"version":3,"serial":1,"lineage":"l","modules":[]}',
  'resources in another shape': '{"version":4,"serial":1,"lineage":"l","resources":{"a":1},"outputs":[1]}',
  'bytes that are not UTF-8': Buffer.from(
    '{"version":4,"serial":1,"lineage":"l","outputs":{"o":{"value":"\xff\xfe"}}}',
    'latin1',
  ).toString('latin1'),
  'an encrypted content':
    '{"serial":1,"lineage":"l","meta":{"k":"e30="},"encrypted_data":"QUFB","encryption_version":"v0"}',
};
const bytesOf = (name: string, text: string) =>
  Buffer.from(text, name.includes('not UTF-8') ? 'latin1' : 'utf8');

const NO_STATES: Record<string, string> = {
  'no JSON': 'hello',
  'a file that is cut off': '{"version":4,"serial":1,"lineage":"l","resources":[',
  'a list': '[4]',
  'an object without a version': '{"serial":1}',
  'nesting that no engine reads': `{"version":4,"resources":${'['.repeat(100_000)}`,
};

/** Reads a workspace's state in every way. No read may fail, whatever the state contains. */
async function readEverything(workspaceId: string): Promise<{ file: Buffer; outputs: string }> {
  const paths = [
    `workspaces/${workspaceId}/current-state-version?include=outputs`,
    `workspaces/${workspaceId}/state-versions`,
    `workspaces/${workspaceId}/resources`,
    `workspaces/${workspaceId}?include=outputs,current_state_version`,
    `workspaces/${workspaceId}/current-state-version-outputs`,
  ];
  for (const path of paths) {
    expect([path, (await server.call('GET', `/api/v2/${path}`)).status]).toEqual([path, 200]);
  }
  const current = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`);
  const { id, attributes } = current.body.data;
  const response = await fetch(String(attributes['hosted-state-download-url']));
  const outputs = await server.call('GET', `/api/v2/state-versions/${id}/outputs`);
  expect(outputs.status).toBe(200);
  return { file: Buffer.from(await response.arrayBuffer()), outputs: outputs.text };
}

describe.each(Object.entries(STATES))('a state with %s', (name, text) => {
  const bytes = bytesOf(name, text);
  const serial = 1;

  test('becomes current by a request, is kept byte for byte, and can be restored by a rollback', async () => {
    const workspaceId = await createWorkspace(server, organization);
    await lock(server, workspaceId);
    const path = `/api/v2/workspaces/${workspaceId}/state-versions`;
    const attributes = { serial, lineage: 'l', md5: md5Of(bytes), state: bytes.toString('base64') };
    const made = await server.call('POST', path, { data: { type: 'state-versions', attributes } });
    expect(made.status).toBe(201);
    expect((await readEverything(workspaceId)).file.equals(bytes)).toBe(true);
    const rolled = await server.call('PATCH', path, {
      data: { relationships: { 'rollback-state-version': { data: { id: made.body.data.id } } } },
    });
    expect(rolled.status).toBe(201);
    const { file } = await readEverything(workspaceId);
    const isKept = name.includes('encrypted');
    expect(
      file.equals(
        isKept ? bytes : Buffer.from(bytes.toString('latin1').replace('"serial":1', '"serial":2'), 'latin1'),
      ),
    ).toBe(true);
  });

  test('becomes current by an upload', async () => {
    const workspaceId = await createWorkspace(server, organization);
    await lock(server, workspaceId);
    const announced = await server.call('POST', `/api/v2/workspaces/${workspaceId}/state-versions`, {
      data: { type: 'state-versions', attributes: { serial, lineage: 'l', md5: md5Of(bytes) } },
    });
    const url = announced.body.data.attributes['hosted-state-upload-url'];
    const response = await fetch(String(url), { method: 'PUT', body: new Uint8Array(bytes) });
    expect(response.status).toBe(200);
    expect((await readEverything(workspaceId)).file.equals(bytes)).toBe(true);
    expect((await unlock(server, workspaceId)).status).toBe(200);
  });

  test('becomes current by an apply', async () => {
    const { workspaceId, runId, apply } = await applying();
    expect((await apply.call('PUT', 'state?sequence=1', new Uint8Array(bytes))).status).toBe(200);
    expect((await apply.finish({ outcome: 'succeeded' })).status).toBe(200);
    expect(await statusOf(server, runId)).toBe('applied');
    expect((await readEverything(workspaceId)).file.equals(bytes)).toBe(true);
  });
});

async function applying(): Promise<{ workspaceId: string; runId: string; applyId: string; apply: HeldStep }> {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
  const apply = await mustClaim(server);
  return { workspaceId, runId, applyId: apply.id, apply };
}

async function erroredState(applyId: string): Promise<[number, string]> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${server.url}/api/v2/applies/${applyId}/errored-state`, { headers });
  return [response.status, await response.text()];
}

const md5Of = (bytes: Buffer): string => md5(bytes as unknown as string);

describe.each(Object.entries(NO_STATES))('%s', (_name, text) => {
  test('is refused with the reason when a client sends it', async () => {
    const workspaceId = await createWorkspace(server, organization);
    await lock(server, workspaceId);
    const path = `/api/v2/workspaces/${workspaceId}/state-versions`;
    const attributes = { serial: 1, md5: md5(text), state: Buffer.from(text).toString('base64') };
    const made = await server.call('POST', path, { data: { type: 'state-versions', attributes } });
    expect([made.status, made.text]).toEqual([422, expect.stringMatching(/is no state file: it /)]);
    const announced = await server.call('POST', path, {
      data: { type: 'state-versions', attributes: { serial: 1, md5: md5(text) } },
    });
    const answer = await put(announced.body.data.attributes['hosted-state-upload-url'], text);
    expect([answer.status, answer.text]).toEqual([422, expect.stringMatching(/is no state file: it /)]);
    expect((await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version`)).status).toBe(
      404,
    );
  });

  test('is kept as errored state when an apply leaves it, beside the last good state, and the log names its address', async () => {
    const { workspaceId, runId, applyId, apply } = await applying();
    await apply.sendState(1, ['a']);
    expect((await apply.call('PUT', 'state?sequence=2', new TextEncoder().encode(text))).status).toBe(200);
    await apply.finish({ outcome: 'succeeded' });
    expect(await statusOf(server, runId)).toBe('errored');
    expect(await erroredState(applyId)).toEqual([200, text]);
    expect((await readEverything(workspaceId)).file.toString()).toContain('"lineage":"a-lineage"');
    const read = await server.call('GET', `/api/v2/applies/${applyId}`);
    const log = await (await fetch(String(read.body.data.attributes['log-read-url']))).text();
    expect(log).toContain(`/api/v2/applies/${applyId}/errored-state`);
  });
});

test('an encrypted state without a serial becomes current, and so does the state of the next apply', async () => {
  const text = '{"meta":{},"encrypted_data":"QUFB","encryption_version":"v0"}';
  const { workspaceId, runId, apply } = await applying();
  await apply.call('PUT', 'state?sequence=1', new TextEncoder().encode(text));
  await apply.finish({ outcome: 'succeeded' });
  expect(await statusOf(server, runId)).toBe('applied');
  const next = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  await server.call('POST', `/api/v2/runs/${next}/actions/apply`);
  const second = await mustClaim(server);
  const decrypted = stateFile({ serial: 1, lineage: 'l' });
  await second.call('PUT', 'state?sequence=1', new TextEncoder().encode(decrypted));
  await second.finish({ outcome: 'succeeded' });
  expect(await statusOf(server, next)).toBe('applied');
  expect((await readEverything(workspaceId)).file.toString()).toBe(decrypted);
});

test('the log also names an errored state that arrives after the end of the run', async () => {
  const { applyId, apply } = await applying();
  await apply.finish({ outcome: 'errored', message: 'it broke' });
  expect((await apply.call('PUT', 'state?sequence=1', new TextEncoder().encode('garbage'))).status).toBe(200);
  expect(await erroredState(applyId)).toEqual([200, 'garbage']);
  const read = await server.call('GET', `/api/v2/applies/${applyId}`);
  const log = await (await fetch(String(read.body.data.attributes['log-read-url']))).text();
  expect(log).toContain('/errored-state');
});

test('outputs have exactly the numbers and texts of the state', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await lock(server, workspaceId);
  let serial = 0;
  const digits = fc.bigInt().map(String);
  const number = fc.oneof(
    digits,
    fc.tuple(digits, fc.nat()).map(([whole, part]) => `${whole}.${part}`),
    fc.integer({ min: -900, max: 900 }).map((exponent) => `1.5e${exponent}`),
  );
  const value = fc.oneof(
    number,
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    fc.array(number).map((list) => `[${list.join(',')}]`),
  );
  await fc.assert(
    fc.asyncProperty(value, async (json) => {
      serial += 1;
      const file = `{"version":4,"serial":${serial},"lineage":"l","outputs":{"o":{"value":${json},"type":"dynamic"}}}`;
      const body = stateBody(file);
      const made = await server.call('POST', `/api/v2/workspaces/${workspaceId}/state-versions`, body);
      expect(made.status).toBe(201);
      const { outputs } = await readEverything(workspaceId);
      expect(outputs).toContain(`"value":${json},`);
      expect(() => parseExactJson(outputs)).not.toThrow();
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('the terraform CLI gets numbers that no float can hold as texts, since it reads floats', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await lock(server, workspaceId);
  const file = output('[1,9007199254740993,"9007199254740993"]');
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/state-versions`, stateBody(file));
  const url = `${server.url}/api/v2/workspaces/${workspaceId}/current-state-version-outputs`;
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'terraform-version': '1.11.4' };
  expect(await (await fetch(url, { headers })).text()).toContain(
    '"value":[1,"9007199254740993","9007199254740993"]',
  );
});

test.each([
  ['[1,9007199254740993]', '"detailed-type":"dynamic"'],
  ['"1e758"', '"detailed-type":"dynamic"'],
  ['[1,{"a":1e758}]', '"detailed-type":null'],
  [`-1${'0'.repeat(310)}`, '"detailed-type":null'],
])('the terraform CLI reads the state itself for a number beyond all floats: %s', async (value, type) => {
  const workspaceId = await createWorkspace(server, organization);
  await lock(server, workspaceId);
  const path = `/api/v2/workspaces/${workspaceId}`;
  await server.call('POST', `${path}/state-versions`, stateBody(output(value)));
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'terraform-version': '1.11.4' };
  const url = `${server.url}${path}/current-state-version-outputs`;
  expect(await (await fetch(url, { headers })).text()).toContain(type);
  expect((await server.call('GET', `${path}/current-state-version-outputs`)).text).toContain('"dynamic"');
});

test('a state version shows its sensitive outputs to readers; the list of current outputs does not', async () => {
  const workspaceId = await createWorkspace(server, organization);
  await lock(server, workspaceId);
  const made = await server.call(
    'POST',
    `/api/v2/workspaces/${workspaceId}/state-versions`,
    stateBody(output('"hidden"', ',"sensitive":true')),
  );
  const all = await server.call('GET', `/api/v2/state-versions/${made.body.data.id}/outputs`);
  expect(all.body.data[0]?.attributes).toMatchObject({ name: 'o', sensitive: true, value: 'hidden' });
  const current = await server.call('GET', `/api/v2/workspaces/${workspaceId}/current-state-version-outputs`);
  expect(current.body.data[0]?.attributes).toMatchObject({ name: 'o', sensitive: true, value: null });
});
