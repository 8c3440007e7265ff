import { expect, test } from 'vitest';
import { parseRegistries } from './registry-list.ts';

test('registries are listed by host, each with the address to ask', () => {
  expect([...(parseRegistries(' registry.terraform.io, a.test=https://b.test:8443/base/ ') ?? [])]).toEqual([
    ['registry.terraform.io', 'https://registry.terraform.io'],
    ['a.test', 'https://b.test:8443/base'],
  ]);
  expect(parseRegistries('')?.size).toBe(0);
});

test.each([
  'https://registry.terraform.io',
  'registry.terraform.io:443',
  'Registry.terraform.io',
  'localhost',
  'a.test=http://b.test',
  'a.test=b.test',
  'a.test=https://user:password@b.test',
  'a.test=https://b.test/?q',
  'a.test,a.test',
  'a..test',
  '*',
])('the text %s is no list of registries', (text) => {
  expect(parseRegistries(text)).toBeUndefined();
});
