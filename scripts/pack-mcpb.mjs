/**
 * Packs dist/runwright-VERSION.mcpb: an extension for MCP clients that install servers by a double click. It is a zip
 * with the manifest and the whole stdio server in one file, so that it needs only the client's own Node. The same
 * sources make the same bytes.
 *
 * Usage: node scripts/pack-mcpb.mjs [FILE]
 */
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
const file = path.resolve(process.argv[2] ?? path.join(root, 'dist', `runwright-${version}.mcpb`));

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/mcp/extension.ts'],
  bundle: true,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@runwright/source'],
  define: { RUNWRIGHT_VERSION: JSON.stringify(version) },
  metafile: true,
  write: false,
  logLevel: 'warning',
});

/** The licenses of the bundled packages, which must be included. */
async function collectLicenses() {
  const folders = new Set(
    Object.keys(metafile.inputs)
      .map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0])
      .filter((folder) => folder !== undefined),
  );
  const texts = [];
  for (const folder of [...folders].sort()) {
    const described = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const name = (await readdir(path.join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      name === undefined
        ? `License: ${described.license}`
        : await readFile(path.join(root, folder, name), 'utf8');
    texts.push(`${described.name} ${described.version}\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

const manifest = JSON.parse(await readFile(path.join(root, 'packaging/mcpb/manifest.json'), 'utf8'));
if (manifest.version !== version)
  throw new Error(`packaging/mcpb/manifest.json has version ${manifest.version}, package.json ${version}`);
const entries = {
  'manifest.json': strToU8(`${JSON.stringify(manifest, null, 2)}\n`),
  [manifest.server.entry_point]: outputFiles[0].contents,
  LICENSE: await readFile(path.join(root, 'LICENSE')),
  'THIRD-PARTY-LICENSES': strToU8(await collectLicenses()),
};
const bytes = zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1) });

await mkdir(path.dirname(file), { recursive: true });
const temporary = `${file}.${process.pid}.tmp`;
await writeFile(temporary, bytes);
await rename(temporary, file);
console.log(`${file}: ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`);
