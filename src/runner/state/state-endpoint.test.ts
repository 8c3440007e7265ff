import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openStateEndpoint } from './state-endpoint.ts';

it('the endpoint of an apply keeps posted states, and only for callers that know its address', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-endpoint-'));
  const file = join(folder, 'posted.tfstate');
  const endpoint = await openStateEndpoint(file);
  expect((await fetch(endpoint.address)).status).toBe(204);
  expect((await fetch(endpoint.address, { method: 'POST', body: 'one' })).status).toBe(200);
  expect((await fetch(endpoint.address, { method: 'POST', body: 'two' })).status).toBe(200);
  expect(await readFile(file, 'utf8')).toBe('two');
  expect(await (await fetch(endpoint.address)).text()).toBe('two');
  expect(endpoint.writes()).toBe(2);
  expect((await fetch(new URL('/', endpoint.address), { method: 'POST', body: 'x' })).status).toBe(404);
  expect((await fetch(endpoint.address, { method: 'DELETE' })).status).toBe(405);
  await endpoint.close();
  await expect(fetch(endpoint.address)).rejects.toThrow();
  await rm(folder, { recursive: true });
});

it('the endpoint of an apply refuses more than the limit of a state, chunked or announced, and goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-endpoint-'));
  const file = join(folder, 'posted.tfstate');
  const endpoint = await openStateEndpoint(file, 1000);
  const post = (body: string | ReadableStream, rest: object = {}) =>
    fetch(endpoint.address, { method: 'POST', body, ...rest });
  expect((await post('x'.repeat(1000))).status).toBe(200);
  expect((await post('x'.repeat(1001))).status).toBe(413);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
  // The connection may break before the answer is read.
  const status = await post(endless, { duplex: 'half' }).then(
    (response) => response.status,
    () => 413,
  );
  expect(status).toBe(413);
  expect((await post('small')).status).toBe(200);
  expect(await readFile(file, 'utf8')).toBe('small');
  // The part of the endless one goes when its connection has ended.
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual(['posted.tfstate']), 10_000);
  await endpoint.close();
  await rm(folder, { recursive: true });
});
