/**
 * `npm test`: the tests on the embedded database, and at the same time the checks and, on PostgreSQL, the tests that
 * use a database once more. Each waits a lot: in parallel, they keep the processors busy to the end.
 *
 * Prints a line for each step; the output of the tests on PostgreSQL comes when they have ended. Steps whose tools
 * are missing are left out and named, with a way to add them; where CI=true that is a failure, unless the step is
 * optional. The last line is `N passed, N failed`: the number of tests, where a check counts as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from './postgres-server.mjs';
import { findDatabaseTests } from './test-files.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const workFolder = mkdtempSync(path.join(tmpdir(), 'runwright-npm-test-'));
const leftOutFile = path.join(workFolder, 'left-out');
const answeredFile = path.join(workFolder, 'answered');
const total = { passed: 0, failed: 0, skipped: 0 };
const leftOut = [];

for (const file of [leftOutFile, answeredFile]) writeFileSync(file, '');
process.once('exit', () => rmSync(workFolder, { recursive: true, force: true }));
/** The running steps. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(1);
  });
}

function run(command, args, { env = {}, live = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      running.delete(child);
      const end = () => resolve({ succeeded: code === 0, output });
      // The last output may come after the process's end, but a process that it started may hold the pipe for ever.
      child.once('close', end);
      setTimeout(end, 2_000).unref();
    });
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

/** @param live whether their output is shown at once; there is one terminal */
async function runTests(name, args, env, live) {
  await step(name, async () => {
    const report = path.join(workFolder, `${env.RUNWRIGHT_TEST_DATABASE}.json`);
    const { succeeded, output } = await run(
      tool('vitest'),
      ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      {
        env: { ...env, RUNWRIGHT_TEST_LEFT_OUT: leftOutFile, RUNWRIGHT_TEST_ANSWERED: answeredFile },
        live,
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
    return { succeeded, detail: `${passed} passed, ${failed} failed, ${skipped} skipped`, output };
  });
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
    const env = { RUNWRIGHT_TEST_DATABASE: 'postgres', RUNWRIGHT_TEST_POSTGRES_URL: server.url };
    await runTests('tests on PostgreSQL', [...findDatabaseTests(), '--maxWorkers=2'], env, false);
  } finally {
    await server.stop();
  }
}

await check('build', process.execPath, ['scripts/ensure.mjs']);

async function checkSource() {
  await check('format', tool('prettier'), ['--check', '--log-level', 'warn', '.']);
  await check('lint', tool('oxlint'), ['--type-aware', '--deny-warnings', '.']);
  await check('types', tool('tsc'), ['--noEmit', '-p', 'tsconfig.json']);
  await check('types of the pages', tool('tsc'), ['--noEmit', '-p', 'web/tsconfig.json']);
}

await Promise.all([
  runTests('tests on the embedded database', [], { RUNWRIGHT_TEST_DATABASE: 'embedded' }, true),
  checkSource(),
  testOnPostgres(),
]);
await check('every endpoint answered a test', tool('tsx'), [
  '--conditions=@runwright/source',
  'test/docs/unanswered.ts',
  answeredFile,
]);

leftOut.push(...new Set(readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean)));
for (const line of leftOut) console.log(`left out: ${line}`);
if (process.env.CI === 'true') total.failed += leftOut.filter((line) => !line.startsWith('optional:')).length;
if (total.failed > 0) process.exitCode = 1;
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
