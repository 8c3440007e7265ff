/**
 * `npm run test:quick`: the checks that a change is most likely to break, in a minute or so: types, import table, and
 * the tests that need no server, changed ones and those beside changed sources first. `npm test` runs everything.
 *
 * A change is the difference to the branch `main`, or to another one: `npm run test:quick -- BRANCH`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDatabaseTests, findTests } from './test-files.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [base = 'main'] = process.argv.slice(2);
const startedMs = performance.now();

const git = (...args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
const changed = [...git('diff', '--name-only', base), ...git('ls-files', '--others', '--exclude-standard')];
const changedFolders = new Set(changed.filter((file) => file.endsWith('.ts')).map(path.posix.dirname));

const all = findTests();
const slow = new Set([...findDatabaseTests(), ...all.filter((file) => file.startsWith('test/'))]);
const ofTheChange = all.filter(
  (file) => changed.includes(file) || changedFolders.has(path.posix.dirname(file)),
);
const chosen = new Set([...ofTheChange, ...all.filter((file) => !slow.has(file)), 'test/architecture']);

let failed = 0;
function step(name, tool, args) {
  const program = path.join(root, 'node_modules', '.bin', tool);
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  failed += 1;
  console.log(`FAILED ${name}`);
}
step('types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']);
step('tests', 'vitest', ['run', '--reporter=dot', ...chosen]);

const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
const left = all.filter((file) => !chosen.has(file)).length;
console.log(`${seconds} s; ${left} of ${all.length} test files are left for \`npm test\``);
if (failed > 0) process.exitCode = 1;
