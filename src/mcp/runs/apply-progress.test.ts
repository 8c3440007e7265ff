import { createClient, type Document, type Run } from '@runwright/client';
import { afterEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, IDS, resource, TOKEN } from '../testing/fake-resources.ts';
import { connectTools, readToolAnswer, type ToolCaller } from '../testing/tool-caller.ts';
import { watchApply } from './apply-progress.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

const LINES = [
  'a.x[0]: Creating...\n',
  'a.x[0]: Creation complete after 0s [id=1]\n',
  '\u001b[1ma.y: Modifications complete after 1s\u001b[0m\n',
  '{"@level":"info","@message":"a.z: Destruction complete after 0s","type":"apply_complete"}\n',
  'data.a.d: Read complete after 0s\n',
];

test('a log is read on from the last byte, and each completed change counts once', async () => {
  const whole = LINES.join('');
  // The first read ends inside a line.
  const logs = [whole.slice(0, whole.indexOf('plete')), whole, whole];
  let looks = 0;
  const counts = { 'resource-additions': 4, 'resource-changes': 1, 'resource-destructions': 1 };
  const document = {
    data: fakeRun('applying'),
    included: [resource('plans', IDS.plan, { status: 'finished', ...counts })],
  };
  platform = await startFakePlatform({
    [`GET applies/${IDS.apply}`]: () => ({
      body: {
        data: resource('applies', IDS.apply, {
          status: 'running',
          'log-read-url': `${platform?.address ?? ''}/log`,
        }),
      },
    }),
    'GET /log': ({ url }) => {
      const offset = Number(new URL(url, 'http://x').searchParams.get('offset') ?? 0);
      const log = Buffer.from(logs[looks] ?? '');
      looks += 1;
      return { body: log.subarray(offset).toString(), headers: { 'content-type': 'text/plain' } };
    },
  });
  const client = createClient({ address: platform.address, token: TOKEN });
  const look = watchApply({ client, signal: undefined });
  const run = document as unknown as Document<Run>;
  expect(await look(run)).toEqual({ done: 0, planned: 6 });
  expect(await look(run)).toEqual({ done: 3, planned: 6 });
  expect(await look(run)).toEqual({ done: 3, planned: 6 });
  expect(
    await look({ data: { ...run.data, attributes: { ...run.data.attributes, status: 'applied' } } }),
  ).toBe(undefined);
});

test('a log that cannot be read does not end the wait', async () => {
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: { body: { data: fakeRun('applying') } },
    [`GET applies/${IDS.apply}`]: { status: 404, body: { errors: [{ status: '404', title: 'not found' }] } },
  });
  tools = await connectTools(platform.address, { token: TOKEN });
  const messages: string[] = [];
  const answer = await tools.client.callTool(
    { name: 'wait_for_run', arguments: { run_id: IDS.run, timeout_s: 1 } },
    { onprogress: ({ message }) => messages.push(message ?? '') },
  );
  expect(readToolAnswer(answer).text).toContain('is still applying');
  expect(messages[0]).toMatch(/is applying after [\d.]+ s, 0 of 0 changes done$/);
});
