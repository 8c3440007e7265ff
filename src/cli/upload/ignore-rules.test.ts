import { expect, test } from 'vitest';
import { parseIgnoreRules } from './ignore-rules.ts';

function keptOf(text: string, paths: string[]): string[] {
  const rules = parseIgnoreRules(text);
  return paths.filter((path) => !rules.excludes(path.replace(/\/$/, ''), path.endsWith('/')));
}

test('by default version control, provider caches and our own data stay at home, modules come along', () => {
  const kept = [
    'main.tf',
    '.terraform.lock.hcl',
    '.terraform/modules/vpc/main.tf',
    'nested/.terraform/modules/modules.json',
    '.gitignore',
    'terraform/main.tf',
  ];
  const left = [
    '.git/config',
    '.terraform/providers/registry/x',
    '.terraform/terraform.tfstate',
    'nested/.git/HEAD',
    'nested/.terraform/providers/x',
    '.runwright/admin-token',
  ];
  expect(keptOf('', [...kept, ...left])).toEqual(kept);
});

test.each([
  ['*.log', ['a.log', 'deep/down/a.log'], ['a.logs', 'log']],
  ['/only-here.txt', ['only-here.txt'], ['deep/only-here.txt']],
  ['docs/', ['docs/a.md', 'deep/docs/a.md'], ['docs']],
  ['a/*.tf', ['a/x.tf'], ['a/b/x.tf', 'z/a/x.tf']],
  ['a/**/x.tf', ['a/x.tf', 'a/b/c/x.tf'], ['x.tf']],
  ['logs/**', ['logs/a', 'logs/b/c'], ['log']],
  ['file?.txt', ['file1.txt'], ['file12.txt', 'file/.txt']],
  ['v[0-9].tf', ['v1.tf'], ['vx.tf']],
  ['v[!0-9].tf', ['vx.tf'], ['v1.tf']],
  ['a+b(c).tf', ['a+b(c).tf'], ['aab(c).tf']],
])('%s', (pattern, excluded, kept) => {
  expect(keptOf(pattern, [...excluded, ...kept])).toEqual(kept);
});

test('the last rule that matches wins, and comments and blank lines are none', () => {
  const text = '# comment\n\n*.tfvars\n!keep.tfvars\r\n';
  expect(keptOf(text, ['a.tfvars', 'keep.tfvars', '# comment'])).toEqual(['keep.tfvars', '# comment']);
});

test('a file inside an excluded folder can be taken back in', () => {
  expect(keptOf('docs/\n!docs/needed.txt', ['docs/a.md', 'docs/needed.txt'])).toEqual(['docs/needed.txt']);
});
