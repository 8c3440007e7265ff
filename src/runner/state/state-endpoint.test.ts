import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStateEndpoint } from './state-endpoint.ts';

it('the endpoint of an apply keeps what is posted, and only for who knows its address', async () => {
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
