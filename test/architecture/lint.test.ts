/** A linter that sees no types reports no error either, so this test gives it code that it must reject. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'runwright-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SAMPLE = `
declare function send(): Promise<void>;
declare const color: 'red' | 'green';
export default async function act(text: any): Promise<void> {
  send();
  [1].forEach(async () => await send());
  await 1;
  if (text == 1) console.log(text);
  let same = 1;
  switch (color) {
    case 'red':
      same;
  }
  try {
    await send();
  } catch {}
}
`;

test('the linter reports a violation of each rule, also of the rules that need types', async () => {
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true } }));
  writeFileSync(path.join(folder, 'sample.ts'), SAMPLE);
  const args = ['--type-aware', '--format', 'json', '--config', path.join(root, '.oxlintrc.json'), '.'];
  const program = path.join(root, 'node_modules', '.bin', 'oxlint');
  const output = await new Promise<string>((resolve) => {
    // The linter exits with 1 because it found something.
    execFile(program, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string }[] };
  expect([...new Set(diagnostics.map(({ code }) => code))].sort()).toEqual([
    'eslint(eqeqeq)',
    'eslint(no-console)',
    'eslint(no-empty)',
    'eslint(prefer-const)',
    'import(no-default-export)',
    'typescript(await-thenable)',
    'typescript(no-explicit-any)',
    'typescript(no-floating-promises)',
    'typescript(no-misused-promises)',
    'typescript(switch-exhaustiveness-check)',
  ]);
});
