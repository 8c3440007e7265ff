/**
 * Makes sure that dist/ contains a build of the present sources. Runs before `npm start` and `npm run demo` and at
 * the end of `npm ci`, so that each is one command from a fresh clone.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'dist', 'built');

/** The newest input of a build. Folders count too: removing a file only changes its folder's date. */
function newestSourceMs() {
  const roots = [
    'src',
    'packages/models/src',
    'packages/client/src',
    'web',
    'scripts/build.mjs',
    'scripts/build-web.mjs',
    'package-lock.json',
  ];
  return Math.max(...roots.map((entry) => newestMs(path.join(root, entry))));
}

function newestMs(entry) {
  if (!existsSync(entry)) return 0;
  const stats = statSync(entry);
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(entry) ? 0 : stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(entry).map((name) => newestMs(path.join(entry, name))));
}

function isOutdated() {
  return !existsSync(stamp) || statSync(stamp).mtimeMs < newestSourceMs();
}

/** Building needs development dependencies: an installation with `--omit=dev` brings a finished dist/ with it. */
function canBuild() {
  return existsSync(path.join(root, 'node_modules', 'esbuild', 'package.json'));
}

if (!canBuild()) {
  if (existsSync(stamp)) {
    console.log(
      'ensure: development dependencies are not installed; using the programs in dist/ as they are',
    );
  } else if (process.env.npm_lifecycle_event === 'prepare') {
    console.log(
      'ensure: development dependencies are not installed, so nothing was built; put a built dist/ here',
    );
  } else {
    console.error('ensure: dist/ is missing and cannot be built: run `npm ci` first');
    process.exitCode = 1;
  }
} else if (isOutdated()) {
  const { buildAlone } = await import('./build-lock.mjs');
  await buildAlone(root, async () => {
    // The process that held the lock may have built everything.
    if (!isOutdated()) return;
    const { buildPrograms } = await import('./build.mjs');
    const { programs, durationMs } = await buildPrograms();
    console.log(`ensure: built ${programs.join(', ') || 'nothing'} in ${durationMs} ms`);
  });
}
