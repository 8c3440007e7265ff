/** A linter that sees no types passes as well: what it must find is put before it. */
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

test('the linter finds what each of its rules is about, those that need types included', async () => {
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true } }));
  writeFileSync(path.join(folder, 'sample.ts'), SAMPLE);
  const args = ['--type-aware', '--format', 'json', '--config', path.join(root, '.oxlintrc.json'), '.'];
  const program = path.join(root, 'node_modules', '.bin', 'oxlint');
  const output = await new Promise<string>((resolve) => {
    // It ends with 1, for what it has found.
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
