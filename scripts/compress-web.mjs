/** Compresses the built web pages once, so that the server only sends files: name.br and name.gz next to each. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const MIN_BYTES = 1_024;
const TEXTS = ['.js', '.css', '.svg', '.webmanifest'];

/** @param {string} folder Vite's output: index.html and assets/ */
export async function compressWeb(folder) {
  const assets = path.join(folder, 'assets');
  for (const entry of await readdir(assets, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isFile() || !TEXTS.includes(path.extname(name))) continue;
    const content = await readFile(path.join(assets, name));
    if (content.length < MIN_BYTES) continue;
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      }),
      promisify(gzip)(content, { level: 9 }),
    ]);
    await writeFile(path.join(assets, `${name}.br`), br);
    await writeFile(path.join(assets, `${name}.gz`), gz);
  }
}
