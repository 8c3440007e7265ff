import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLoopbackDoor } from './loopback-door.ts';

let home: string;
let app: FastifyInstance;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'runwright-door-'));
  app = fastify();
  app.get('/', () => 'here');
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await rm(home, { recursive: true });
});

async function openOnce(): Promise<string> {
  const door = await openLoopbackDoor(app, home);
  expect(await (await fetch(door.url)).text()).toBe('here');
  await door.close();
  return door.url;
}

test('the next server is where the last one was, since a runner may have lost its server there', async () => {
  const first = await openOnce();
  expect(await openOnce()).toBe(first);
});

test('another port is taken, and remembered, where a program has taken the last one', async () => {
  const first = await openOnce();
  const other = createServer().listen(Number(new URL(first).port), '127.0.0.1');
  await once(other, 'listening');
  const second = await openOnce();
  expect(second).not.toBe(first);
  other.close();
  await once(other, 'close');
  expect(await openOnce()).toBe(second);
});

test.each(['', 'x', '-1', '70000', '0', '1.5'])('a file with %j is written anew', async (text) => {
  await writeFile(path.join(home, 'runner-port'), text);
  expect(await openOnce()).toBe(await openOnce());
});
