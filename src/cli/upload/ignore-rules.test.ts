import { expect, test } from 'vitest';
import { parseIgnoreRules } from './ignore-rules.ts';

function keptOf(text: string, paths: string[]): string[] {
  const rules = parseIgnoreRules(text);
  return paths.filter((path) => !rules.judge(path).excluded);
}

test('by default version control, provider caches and our own data are left out, and modules are packed', () => {
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

// The rules are terraform's: test/terraform-cli/ignored-files.test.ts compares whole folders with its uploads.
test.each([
  ['*.log', ['a.log', 'deep/down/a.log'], ['a.logs', 'log']],
  ['/only-here.txt', ['only-here.txt'], ['deep/only-here.txt']],
  ['docs/', ['docs/a.md', 'deep/docs/a.md', 'docs/'], ['docs']],
  ['docs', ['docs', 'deep/docs'], ['docs/a.md', 'docs/']],
  ['a/*.tf', ['a/x.tf', 'z/a/x.tf'], ['a/b/x.tf']],
  ['/a/**/x.tf', ['a/x.tf', 'a/b/c/x.tf'], ['x.tf', 'z/a/x.tf']],
  ['logs/**', ['logs/a', 'logs/b/c', 'deep/logs/a'], ['log', 'logs']],
  ['file?.txt', ['file1.txt'], ['file12.txt', 'file/.txt']],
  ['v[0-9].tf', ['v1.tf'], ['vx.tf']],
  ['v[^0-9].tf', ['vx.tf'], ['v1.tf']],
  ['v[!0-9].tf', ['v1.tf', 'v!.tf'], ['vx.tf']],
  ['a+b.tf', ['ab.tf', 'aab.tf'], ['a+b.tf']],
  ['a\\+b.tf', ['a+b.tf'], ['aab.tf']],
  ['\\#hash', ['#hash'], ['hash']],
  ['\\!bang', ['!bang'], ['bang']],
  ['\\d.tf', ['7.tf'], ['d.tf']],
  ['{a,b}.tf', ['{a,b}.tf'], ['a.tf', 'b.tf']],
  ['a{2}.tf', ['aa.tf'], ['a.tf', 'a{2}.tf']],
  ['x|y', ['y', 'any', 'xtra'], ['main.tf']],
  ['  padded.tf \t', ['padded.tf'], [' padded.tf']],
  ['! padded.tf\n', [], ['padded.tf']],
  ['(open', [], ['(open', 'open']],
  ['back\\', ['back$'], ['back', 'back\\']],
  ['[]a].tf', ['a.tf', '].tf'], ['b.tf']],
  ['$HOME', ['$HOME'], ['HOME']],
])('%s', (pattern, excluded, kept) => {
  expect(keptOf(pattern, [...excluded, ...kept])).toEqual(kept);
});

test('the last matching rule wins, and comments and blank lines are ignored', () => {
  const text = '# comment\n\n   \n!\n*.tfvars\n!keep.tfvars\r\n';
  expect(keptOf(text, ['a.tfvars', 'keep.tfvars', '# comment'])).toEqual(['keep.tfvars', '# comment']);
});

test('a file inside an excluded folder can be included again, and only then is the folder read', () => {
  expect(keptOf('docs/\n!docs/needed.txt', ['docs/a.md', 'docs/needed.txt'])).toEqual(['docs/needed.txt']);
  expect(parseIgnoreRules('docs/\n!docs/needed.txt').judge('docs/')).toEqual({
    excluded: true,
    isFinal: false,
  });
  expect(parseIgnoreRules('!docs/needed.txt\ndocs/').judge('docs/')).toEqual({
    excluded: true,
    isFinal: true,
  });
});

test('a line that is too long for terraform leaves the defaults in place', () => {
  expect(keptOf(`*.log\n#${'x'.repeat(64 * 1024)}`, ['a.log', '.git/x'])).toEqual(['a.log']);
});
