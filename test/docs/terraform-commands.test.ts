import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const tests = path.join(root, 'test', 'terraform-cli');

/** The commands that test/terraform-cli tries. Whether they work is shown by those tests. */
const commands = readdirSync(tests)
  .filter((name) => name.endsWith('.test.ts'))
  .flatMap((name) => [
    ...readFileSync(path.join(tests, name), 'utf8').matchAll(/^ {2}(?:command|together)\(\s*'([^']+)'/gm),
  ])
  .map(([, title = '']) => title);

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

test('docs/compatibility.md lists every command that is tried, as one that works', () => {
  const page = readFileSync(path.join(root, 'docs', 'compatibility.md'), 'utf8');
  expect(commands.length).toBeGreaterThan(60);
  const missing = commands.filter(
    (title) => !new RegExp(`^\\| ${escape(title)} +\\| yes +\\|$`, 'm').test(page),
  );
  expect(missing, 'run `npm run compat`').toEqual([]);
});

test('each golden transcript belongs to a command', () => {
  const golden = path.join(tests, 'golden');
  const files = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.txt'),
  );
  const names = new Set(
    commands.map((title) => `${title.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}.txt`),
  );
  expect(files.filter((file) => !names.has(path.basename(file)))).toEqual([]);
});
