/**
 * `npm test`: the checks, then the tests on the embedded database, then those that use a database again on PostgreSQL.
 *
 * Prints a line for each step. What this machine lacks is left out and named, with what would add it; where CI=true
 * that is a failure. The last line is `N passed, N failed`: tests, and a check counts as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from './postgres-server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const workFolder = mkdtempSync(path.join(tmpdir(), 'runwright-npm-test-'));
const leftOutFile = path.join(workFolder, 'left-out');
const answeredFile = path.join(workFolder, 'answered');
const total = { passed: 0, failed: 0, skipped: 0 };
const leftOut = [];

for (const file of [leftOutFile, answeredFile]) writeFileSync(file, '');
process.once('exit', () => rmSync(workFolder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

function run(command, args, { env = {}, live = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ succeeded: code === 0, output }));
  });
}

async function step(name, act) {
  const startedAt = Date.now();
  const { succeeded, detail = '', output = '' } = await act();
  if (!succeeded && output) console.log(output.trimEnd());
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${succeeded ? 'ok    ' : 'FAILED'} ${name}${detail && `: ${detail}`} (${seconds} s)`);
  return succeeded;
}

async function check(name, command, args) {
  const succeeded = await step(name, () => run(command, args));
  total[succeeded ? 'passed' : 'failed'] += 1;
}

const tool = (name) => path.join(root, 'node_modules', '.bin', name);

async function runTests(name, filters, env) {
  await step(name, async () => {
    const report = path.join(workFolder, `${env.RUNWRIGHT_TEST_DATABASE}.json`);
    const { succeeded } = await run(
      tool('vitest'),
      ['run', ...filters, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      {
        env: { ...env, RUNWRIGHT_TEST_LEFT_OUT: leftOutFile, RUNWRIGHT_TEST_ANSWERED: answeredFile },
        live: true,
      },
    );
    const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
    const passed = counts?.numPassedTests ?? 0;
    const skipped = (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
    // A file that could not be loaded has no tests to fail, and neither has a run that broke.
    const failed = Math.max(counts?.numFailedTests ?? 0, succeeded ? 0 : 1);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    return { succeeded, detail: `${passed} passed, ${failed} failed, ${skipped} skipped` };
  });
}

/** The test files that import test/support/database.ts, directly or through other files of the tests. */
function findDatabaseTests() {
  const files = ['src', 'test', 'packages/models/src', 'packages/client/src'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  const importers = new Map(files.map((file) => [file, new Set()]));
  for (const file of files) {
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)) {
      importers.get(path.resolve(path.dirname(file), specifier))?.add(file);
    }
  }
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const importer of importers.get(file) ?? []) visit(importer);
  };
  visit(path.join(root, 'test/support/database.ts'));
  return [...reached].filter((file) => file.endsWith('.test.ts')).map((file) => path.relative(root, file));
}

async function testOnPostgres() {
  const given = process.env.RUNWRIGHT_TEST_POSTGRES_URL;
  const binFolder = findPostgres();
  if (!given && binFolder === null) {
    leftOut.push('the tests on a PostgreSQL server: apt-get install postgresql');
    return;
  }
  const server = given ? { url: given, stop: async () => {} } : await startPostgres(binFolder);
  try {
    await runTests('tests on PostgreSQL', findDatabaseTests(), {
      RUNWRIGHT_TEST_DATABASE: 'postgres',
      RUNWRIGHT_TEST_POSTGRES_URL: server.url,
    });
  } finally {
    await server.stop();
  }
}

await check('build', process.execPath, ['scripts/ensure.mjs']);
await check('format', tool('prettier'), ['--check', '--log-level', 'warn', '.']);
await check('lint', tool('eslint'), ['--max-warnings', '0', '.']);
await check('types', tool('tsc'), ['--noEmit', '-p', 'tsconfig.json']);
await runTests('tests on the embedded database', [], { RUNWRIGHT_TEST_DATABASE: 'embedded' });
await check('every endpoint answered a test', tool('tsx'), [
  '--conditions=@runwright/source',
  'test/docs/unanswered.ts',
  answeredFile,
]);
await testOnPostgres();

leftOut.push(...new Set(readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean)));
for (const line of leftOut) console.log(`left out: ${line}`);
if (process.env.CI === 'true') total.failed += leftOut.length;
if (total.failed > 0) process.exitCode = 1;
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
