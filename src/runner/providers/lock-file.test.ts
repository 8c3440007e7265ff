import { expect, test } from 'vitest';
import { addHashes, readLockFile } from './lock-file.ts';
import type { PackageMeta } from './package-meta.ts';
import { namePackage } from '../../protocol/package-name.ts';
import { findProof, isSigned, readProofs } from './proofs.ts';
import { findMatch } from './satisfy.ts';

const LOCK = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/null" {
  version     = "3.2.1"
  constraints = ">= 3.0.0, ~> 3.2"
  hashes = [
    "h1:one=",
    "zh:two",
  ]
}
provider "localhost:8443/a/b" { version = "1.0.0" }
`;

test('a lock file is read, also with line ends of another system and with edits by hand', () => {
  for (const text of [
    LOCK,
    LOCK.replaceAll('\n', '\r\n'),
    LOCK.replace(/hashes = \[[^\]]*\]/, 'hashes = ["h1:one=", "zh:two"] /* both */ // there'),
  ]) {
    const entries = readLockFile(text);
    expect(entries?.map(({ address, version, hashes }) => [address, version, hashes])).toEqual([
      ['registry.terraform.io/hashicorp/null', '3.2.1', ['h1:one=', 'zh:two']],
      ['localhost:8443/a/b', '1.0.0', []],
    ]);
    const [first] = entries ?? [];
    const added = addHashes(text, [{ entry: first!, hash: 'h1:three=' }]);
    expect(readLockFile(added)?.[0]?.hashes).toEqual(['h1:three=', 'h1:one=', 'zh:two']);
  }
  expect(readLockFile('')).toEqual([]);
});

test.each([
  ['a provider twice', LOCK + LOCK],
  ['an unknown attribute', LOCK.replace('constraints', 'more')],
  ['a broken text', LOCK.slice(0, 150)],
  ['an expression', LOCK.replace('"3.2.1"', 'var.x')],
  ['a template', LOCK.replace('3.2.1', '${1}')],
  ['an escape', LOCK.replace('3.2.1', '\\u0033.2.1')],
  ['no version', 'provider "a/b/c" {}'],
  ['anything else', 'resource "a" "b" {}'],
  ['more than there can be', LOCK + '#'.repeat(1024 ** 2)],
])('a lock file with %s is left to terraform', (_what, text) => expect(readLockFile(text)).toBeUndefined());

test.each([
  ['registry.terraform.io/hashicorp/aws', '5.1.0'],
  ['localhost:8443/a-b/c_d', '1.0.0-rc.1+build.5'],
])('%s %s is a package', (address, version) =>
  expect(namePackage(address, version, 'linux_amd64')).toBeDefined(),
);

test.each([
  ...[
    'a/b',
    'a/b/c/d',
    '../b/c',
    'a/../c',
    'A/b/c',
    'b\u00fccher.de/a/b',
    '-/aws',
    'a/b/',
    'a..b/c/d',
    '/b/c',
  ],
  ...['a:999999/b/c', `${'x'.repeat(300)}/b/c`, 'a/b\0/c', 'a b/c/d'],
])('%j is no address of a package', (address) =>
  expect(namePackage(address, '1.0.0', 'linux_amd64')).toBeUndefined(),
);

test.each(['1.0', 'v1.0.0', '../1', '1.0.0/..', '1.0.0 ', '', '01.0.0', `1.0.0-${'a'.repeat(200)}`])(
  '%j is no version of a package',
  (version) => expect(namePackage('a/b/c', version, 'linux_amd64')).toBeUndefined(),
);

test('a package is accepted for an entry exactly when a download would be', () => {
  const entry = (hashes: string[]) => ({ address: 'a/b/c', version: '1.0.0', hashes, insertAt: 1 });
  const meta = { h1: 'h1:right', signedArchives: ['zh:linux', 'zh:other'] } as unknown as PackageMeta;
  const match = (...hashes: string[]) => findMatch(entry(hashes), [meta]);
  expect(match('h1:right', 'zh:wrong')).toEqual({ meta, missingHash: undefined });
  expect(match('h1:foreign', 'zh:linux', 'zh:other')).toEqual({ meta, missingHash: 'h1:right' });
  for (const hashes of [
    [],
    ['zh:linux'],
    ['zh:wrong'],
    ['h1:foreign'],
    ['h2:right'],
    ['h1:foreign', 'zh:other'],
  ])
    expect(match(...hashes)).toBeUndefined();
  const unsigned = { ...meta, signedArchives: [] };
  expect(findMatch(entry(['zh:linux', 'zh:other']), [unsigned])).toBeUndefined();
});

test('the notes of an init on its providers are read, in text and in JSON', () => {
  const proofs = readProofs(`- Installed hashicorp/null v3.2.1 (signed by HashiCorp)
- Installed localhost:1/a/b v1.0.0-x+y (self-signedkey_id: 4A12)
{"@message":"Installed provider version: mirror.test/a/c v2.0.0 (unauthenticated)","type":"log"}`);
  expect(proofs).toHaveLength(3);
  const null3 = findProof(proofs, 'registry.terraform.io/hashicorp/null', '3.2.1');
  expect([null3?.words, isSigned(null3?.words ?? '')]).toEqual(['signed by HashiCorp', true]);
  const own = findProof(proofs, 'localhost:1/a/b', '1.0.0-x+y');
  expect([own?.words, isSigned(own?.words ?? '')]).toEqual(['self-signed, key ID 4A12', true]);
  expect(isSigned(findProof(proofs, 'mirror.test/a/c', '2.0.0')?.words ?? '')).toBe(false);
  expect(findProof(proofs, 'registry.terraform.io/hashicorp/null', '3.2.2')).toBeUndefined();
});
