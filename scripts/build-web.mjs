/**
 * Bundles the pages of web/ into dist/web/, each file with its compressed forms (.br, .gz), so that a server need not
 * compress anything. Does nothing when neither the pages nor their inputs have changed since.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { compressWeb } from './compress-web.mjs';

/** The inputs of the pages. */
const sources = [
  'web',
  'packages/models/src',
  'packages/client/src',
  'package-lock.json',
  'scripts/build-web.mjs',
];
const stampName = 'built-from';

export async function buildPages({ root, dist, replaceFile }) {
  const folder = path.join(dist, 'web');
  const stamp = path.join(folder, stampName);
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesBelow(path.join(root, source)))
      hash.update(file).update(await readFile(file));
  }
  const builtFrom = hash.digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === builtFrom) return;

  const { output } = await inProduction(() =>
    build({
      configFile: path.join(root, 'web', 'vite.config.ts'),
      build: { write: false },
      logLevel: 'warn',
    }),
  );
  const files = new Map(output.map((item) => [item.fileName, Buffer.from(item.code ?? item.source)]));

  await mkdir(path.join(folder, 'assets'), { recursive: true });
  // The page is written last: it must never name a file that is missing in any of its forms.
  for (const [name, content] of files) {
    if (name !== 'index.html') await replaceFile(path.join(folder, name), content);
  }
  await compressWeb(folder);
  await replaceFile(path.join(folder, 'index.html'), files.get('index.html'));
  await replaceFile(stamp, builtFrom);
  for (const name of await readdir(path.join(folder, 'assets'))) {
    if (!files.has(`assets/${name.replace(/\.(br|gz)$/, '')}`))
      await rm(path.join(folder, 'assets', name), { force: true });
  }
}

/** A test or a demo may start the build: its environment must not select the libraries' development forms. */
async function inProduction(act) {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    return await act();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

async function filesBelow(entry) {
  if (!(await stat(entry)).isDirectory()) return [entry];
  const found = await readdir(entry, { recursive: true, withFileTypes: true });
  const files = found.filter((item) => item.isFile()).map((item) => path.join(item.parentPath, item.name));
  return files.filter((file) => !/\.test\.tsx?$/.test(file)).toSorted();
}
