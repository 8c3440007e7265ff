import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, expect, test } from 'vitest';
import { findCircles, folderGraph } from './folder-circles.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const folders = ['src', 'packages/models/src', 'packages/client/src', 'web/src'];

let result: ICruiseResult;
beforeAll(async () => {
  const options = await extractDepcruiseOptions(path.join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(folders, { ...options, baseDir: root });
  if (typeof output === 'string') throw new Error(output);
  result = output;
}, 180_000);

// With a TypeScript version that it cannot use, dependency-cruiser sees no modules and reports no error.
test('the rules look at every module', () => {
  const seen = new Set(result.modules.map(({ source }) => source));
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => path.posix.join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !seen.has(file))).toEqual([]);
});

test('no module imports what the architecture forbids', () => {
  const violations = result.summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ rule, from, to, cycle }) =>
      cycle
        ? `${rule.name}: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`
        : `${rule.name}: ${from} → ${to}`,
    );
  expect(violations).toEqual([]);
});

// Modules can be free of circles while their folders are not; then no folder can be understood by itself.
test.each([
  { program: 'src/server', atLeast: 40 },
  { program: 'src/runner', atLeast: 12 },
  { program: 'src/mcp', atLeast: 15 },
  { program: 'src/cli', atLeast: 3 },
  { program: 'packages/client/src', atLeast: 2 },
  { program: 'packages/models/src', atLeast: 2 },
  { program: 'web/src', atLeast: 20 },
])('no two folders of $program need each other', ({ program, atLeast }) => {
  const graph = folderGraph(result.modules, (module) => {
    if (!module.startsWith(`${program}/`) || /\.test\.tsx?$|\/testing\//.test(module)) return undefined;
    const folder = path.posix.dirname(module);
    // Modules at the root do not form one room: all others need some of them, and some of them need all others.
    return folder === program ? module : folder;
  });
  expect(graph.size).toBeGreaterThanOrEqual(atLeast);
  expect(findCircles(graph)).toEqual([]);
});

test('the routes of the server leave every SQL statement to a service', () => {
  const server = path.join(root, 'src', 'server');
  const wings = readdirSync(server, { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.basename(path.dirname(name)) === 'api' && /^(?!.*\.test\.ts$).*\.ts$/.test(name),
  );
  expect(wings.length).toBeGreaterThan(50);
  const statement = /\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/;
  expect(wings.filter((name) => statement.test(readFileSync(path.join(server, name), 'utf8')))).toEqual([]);
});

test('a circle of folders is found, with the imports that make it', () => {
  const needs = (source: string, ...others: string[]) => ({
    source,
    dependencies: others.map((resolved) => ({ resolved })),
  });
  const modules = [needs('a/1', 'b/1'), needs('b/2', 'c/1', 'd/1'), needs('c/2', 'b/1'), needs('d/1', 'e/1')];
  const graph = folderGraph(modules, (module) => module.split('/')[0]);
  expect(findCircles(graph)).toEqual([['b/2 → c/1', 'c/2 → b/1']]);
});
