/**
 * Takes the README's pictures: `npm run pictures`. It starts a server, uploads the demo's example and a later state
 * of it, and opens the pages.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { enterWorld } from '../test/browser/story-world.ts';
import { startBrowser } from '../test/support/browser.ts';
import type { Files } from '../test/support/real-run.ts';
import { benchToken, newHome, removeHome, startBenchServer } from './support/server.ts';

const root = path.resolve(import.meta.dirname, '..');
const images = path.join(root, 'docs', 'images');
const MAX_BYTES = 150 * 1024;

async function example(): Promise<Files> {
  const folder = path.join(root, 'examples', 'servers');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tf'));
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const),
    ),
  );
}

const home = newHome();
const server = await startBenchServer(home);
const browser = await startBrowser();
const world = await enterWorld(server, browser, { token: benchToken, organization: 'acme' });
try {
  const { app, client } = world;
  const files = await example();
  const place = await world.workspace(files, { name: 'servers', description: 'The servers of the demo' });
  await world.apply(await world.settledRun(place, 'Three servers in two zones'));
  const run = await client.runs.create({
    workspace_id: place.id,
    params: {
      message: 'Larger servers, and one less',
      variables: [
        { key: 'server_count', value: '2' },
        { key: 'server_size', value: '"large"' },
      ],
    },
  });
  await client.waitForRun(run.id);
  const shots = [
    ['run', `${place.path}/runs/${run.id}`, 'Plan finished', false],
    ['workspace', place.path, 'terraform_data.network', true],
  ] as const;
  for (const [name, page, text, dark] of shots) {
    await app.look({ width: 1300, height: 740, dark });
    await app.open(page);
    await app.see(text);
    await app.seeNoMore('Loading…');
    const file = path.join(images, `${name}.png`);
    await app.raw.screenshot(file, { whole: false });
    const { size } = await stat(file);
    console.log(`${file}: ${String(size)} bytes`);
    if (size > MAX_BYTES) throw new Error(`${file} is larger than ${String(MAX_BYTES)} bytes`);
  }
} finally {
  await world.close();
  await server.stop();
  await removeHome(home);
}
