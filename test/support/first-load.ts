/** The JavaScript that a browser loads before a built page is usable. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const assets = path.resolve(import.meta.dirname, '..', '..', 'dist', 'web', 'assets');

/** Bytes of JavaScript, each file compressed with gzip: of the page alone, and of the page with the named part. */
export function firstLoad(part: string): { pageBytes: number; bytes: number } {
  const index = readFileSync(path.join(assets, '..', 'index.html'), 'utf8');
  const entries = [...index.matchAll(/assets\/([^"]+\.js)/g)].map(([, name = '']) => name);
  const file = readdirSync(assets).find((name) => name.startsWith(`${part}-`) && name.endsWith('.js'));
  if (file === undefined || entries.length === 0) throw new Error(`the build has no ${part}`);
  return { pageBytes: sizeOf(needed(entries)), bytes: sizeOf(needed([...entries, file])) };
}

function needed(files: readonly string[], known = new Set<string>()): ReadonlySet<string> {
  for (const file of files) {
    if (known.has(file)) continue;
    known.add(file);
    const text = readFileSync(path.join(assets, file), 'utf8');
    const imports = [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, name = '']) => name);
    needed(imports, known);
  }
  return known;
}

const sizeOf = (files: ReadonlySet<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(assets, file))).length, 0);
