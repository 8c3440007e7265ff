import { readdirSync } from 'node:fs';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const folders = ['src', 'packages/models/src', 'packages/client/src'];

let result: ICruiseResult;
beforeAll(async () => {
  const options = await extractDepcruiseOptions(path.join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(folders, { ...options, baseDir: root });
  if (typeof output === 'string') throw new Error(output);
  result = output;
});

// With a TypeScript that it cannot use, dependency-cruiser sees no modules at all and is content.
test('the rules look at every module', () => {
  const seen = new Set(result.modules.map(({ source }) => source));
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => path.posix.join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !seen.has(file))).toEqual([]);
});

test('nobody imports what the architecture forbids', () => {
  const violations = result.summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ rule, from, to, cycle }) =>
      cycle
        ? `${rule.name}: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`
        : `${rule.name}: ${from} → ${to}`,
    );
  expect(violations).toEqual([]);
});
