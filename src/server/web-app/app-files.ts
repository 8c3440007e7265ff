import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { findPackageRoot } from '../database/embedded-program.ts';

/** The output of `npm run build` for `web/`: index.html, and in assets/ files with their content's hash in the name. */
export const builtWebFolder = (): string =>
  path.join(findPackageRoot(path.dirname(fileURLToPath(import.meta.url))), 'dist', 'web');

/** The place of the nonce in index.html, which admits the libraries' own style elements. */
const NONCE_PLACE = '__CSP_NONCE__';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Without folders and a leading dot, a name can only lead to a file in the folder of the assets. */
const ASSET_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

export interface AssetFile {
  contentType: string;
  bytes: number;
  /** The coding of these bytes; undefined: none. */
  coding: 'br' | 'gzip' | undefined;
  content: Readable;
}

const SUFFIXES = { br: '.br', gzip: '.gz' } as const;

/**
 * Opens an asset, in the first available one of the codings. Nothing is kept in memory between requests.
 *
 * @returns undefined when there is no such asset
 */
export async function openAsset(
  folder: string,
  name: string,
  codings: readonly ('br' | 'gzip')[],
): Promise<AssetFile | undefined> {
  const contentType = CONTENT_TYPES[path.extname(name)];
  if (contentType === undefined || !ASSET_NAME.test(name)) return undefined;
  for (const coding of [...codings, undefined]) {
    const file = path.join(folder, 'assets', name + (coding === undefined ? '' : SUFFIXES[coding]));
    const handle = await unlessMissing(open(file));
    if (handle === undefined) continue;
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      return undefined;
    }
    return { contentType, bytes: stats.size, coding, content: handle.createReadStream() };
  }
  return undefined;
}

/** The page and the nonce in it; undefined when it was not built. */
export async function readIndex(folder: string): Promise<{ text: string; nonce: string } | undefined> {
  const text = await unlessMissing(readFile(path.join(folder, 'index.html'), 'utf8'));
  if (text === undefined) return undefined;
  const nonce = randomBytes(16).toString('base64');
  return { text: text.replaceAll(NONCE_PLACE, nonce), nonce };
}

async function unlessMissing<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
