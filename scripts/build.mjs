/**
 * Bundles the programs into dist/: one file for each entry point, and their shared code in dist/chunks/; the pages of
 * web/ into dist/web/.
 *
 * Packages are bundled too: a server with a few big files starts a quarter faster than one with a thousand small
 * ones. Files are replaced one by one with a rename, so a program that starts meanwhile never reads half a file.
 */
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildAlone } from './build-lock.mjs';
import { buildPages } from './build-web.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');

const entryPoints = {
  cli: 'src/cli/main.ts',
  demo: 'src/cli/demo.ts',
  'embedded-worker': 'src/server/database/embedded-worker.ts',
  'packed-database': 'src/server/packed-database.ts',
  'state-worker': 'src/server/state-reader/state-worker.ts',
};

/** These start once for each step of a run or each check: one file with all packages loads in half the time. */
const wholeEntryPoints = { step: 'src/runner/process/step-main.ts', check: 'src/checks/main.ts' };
/** CommonJS packages may need names that modules do not have. */
const requireForPackages =
  "import { createRequire as createRequireForPackages } from 'node:module';\n" +
  'const require = createRequireForPackages(import.meta.url);';

/** Packages that read files next to their code, and one that is used at most once in a runner's life. */
const external = [
  ...['@electric-sql/pglite', '@cdktf/hcl2json', 'fs-native-extensions', 'swagger-ui-dist'],
  // An optional addition to `pg` that is not installed.
  'pg-native',
  'openpgp',
];

/** Only inside {@link buildAlone}: two builds at once would remove each other's files. */
export async function buildPrograms() {
  const startedAt = new Date();
  const options = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@runwright/source'],
    external,
    banner: { js: requireForPackages },
    // Newer versions of Node have it. Without it `pg` makes Node load its whole `fetch` at the start.
    define: { navigator: JSON.stringify({ userAgent: 'Node.js' }) },
    sourcemap: true,
    // Reading the programs takes half of a start. Names stay, and so do lines that an error can show.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    write: false,
    logLevel: 'warning',
  };
  const [programs, step] = await Promise.all([
    build({
      ...options,
      entryPoints,
      chunkNames: 'chunks/[name]-[hash]',
      splitting: true,
    }),
    build({ ...options, entryPoints: wholeEntryPoints }),
  ]);
  const outputFiles = [...programs.outputFiles, ...step.outputFiles];

  await mkdir(path.join(dist, 'chunks'), { recursive: true });
  const written = new Set(outputFiles.map((file) => file.path));
  // Chunks are written first: an entry point must never name a chunk that is not there yet.
  const chunksFirst = outputFiles.toSorted(
    (a, b) => Number(b.path.includes('/chunks/')) - Number(a.path.includes('/chunks/')),
  );
  for (const file of chunksFirst) await replaceFile(file.path, file.contents);
  for (const name of await readdir(path.join(dist, 'chunks'))) {
    const file = path.join(dist, 'chunks', name);
    if (!written.has(file)) await rm(file, { force: true });
  }

  // What Node kept of the programs before (bin/runwright) would stay for ever.
  await rm(path.join(dist, 'compiled'), { recursive: true, force: true });

  await Promise.all([packEmbeddedTemplate(), buildPages({ root, dist, replaceFile })]);

  // Dated by the start: a source that changed during the build counts as newer than the build.
  const stamp = path.join(dist, 'built');
  await writeFile(stamp, '');
  await utimes(stamp, startedAt, startedAt);
  return {
    programs: Object.keys({ ...entryPoints, ...wholeEntryPoints }),
    durationMs: Date.now() - startedAt.getTime(),
  };
}

/** The inputs of a new database. */
const databaseSources = ['src/server/database/migrations', 'src/server/queue', 'package-lock.json'];

/**
 * The first start unpacks this database instead of waiting seconds for PostgreSQL to create one with its tables. Most
 * builds find it already made.
 */
async function packEmbeddedTemplate() {
  const program = path.join(dist, 'packed-database.js');
  if (!existsSync(program)) return;
  const hash = createHash('sha256');
  for (const file of await filesOf(databaseSources)) {
    hash.update(file).update(await readFile(path.join(root, file)));
  }
  const name = `embedded-template-${hash.digest('hex').slice(0, 16)}.tar.gz`;
  // A database with other tables must be removed first: the program would start from it.
  for (const other of await readdir(dist)) {
    const isOld = other.startsWith('embedded-template-') && other.endsWith('.tar.gz') && other !== name;
    if (isOld) await rm(path.join(dist, other), { force: true });
  }
  if (existsSync(path.join(dist, name))) return;
  const temporary = path.join(dist, `${name}.${process.pid}.tmp`);
  await promisify(execFile)(process.execPath, [program, temporary]);
  await rename(temporary, path.join(dist, name));
}

async function filesOf(entries) {
  const files = [];
  for (const entry of entries) {
    const isFile = path.extname(entry) !== '';
    const names = isFile
      ? [entry]
      : (await readdir(path.join(root, entry))).map((name) => `${entry}/${name}`);
    files.push(...names.filter((name) => !/\.test\.tsx?$/.test(name)));
  }
  return files.toSorted();
}

async function replaceFile(file, contents) {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { programs, durationMs } = await buildAlone(root, buildPrograms);
  console.log(`built ${programs.join(', ')} in ${durationMs} ms`);
}
