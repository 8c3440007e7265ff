import { expect, test } from 'vitest';
import { findCalls } from './module-calls.ts';

const read = (text: string, name = 'main.tf') =>
  findCalls({ texts: new Map([[name, text]]), isUnsure: false });

test.each([
  ['module "a" {\n  source = "./a"\n}', { name: 'a', source: './a' }],
  ['module "a" { source = "./a" }', { name: 'a', source: './a' }],
  [
    'module "a" {\r\n  source  = "x/y/z"\r\n  version = "1.0.0"\r\n}',
    { name: 'a', source: 'x/y/z', version: '1.0.0' },
  ],
  ['module "a" {\n  source = "./a" # "here"\n  b = { version = "2" }\n}', { name: 'a', source: './a' }],
  ['module "a" {\n  /* source = "./b" */\n  source = "./a"\n}', { name: 'a', source: './a' }],
  [
    'module "a" {\n  b = "}"\n  c = [for x in y : { source = x }]\n  source = "./a"\n}',
    { name: 'a', source: './a' },
  ],
  ['module "a" {\n  source = "https://h/x.zip?a=%20b"\n}', { name: 'a', source: 'https://h/x.zip?a=%20b' }],
  [
    '# a module\nmodule "a" { source = "git::https://h/a-module-b/module" }',
    { name: 'a', source: 'git::https://h/a-module-b/module' },
  ],
  ['x = <<-E\n  module "b" "\n  E\nmodule "a" { source = "./a" }', { name: 'a', source: './a' }],
  ['x = "${f("http://b")}"\nmodule "a" { source = "./a" }', { name: 'a', source: './a' }],
  [
    'module "a" {\n  source = "./a"\n  b = module.c.d\n}\noutput "e" { value = module.a.f }',
    { name: 'a', source: './a' },
  ],
  // Text after the block does not belong to it.
  [
    'module "a" {\n  source = "x/y/z"\n}\nresource "r" "r" {\n  version = "1.0.0"\n}',
    { name: 'a', source: 'x/y/z' },
  ],
])('%j is read as a call', (text, call) => expect(read(text)).toEqual([call]));

test.each([
  'module "a" {\n  source = "./${var.a}"\n}',
  'module "a" {\n  source = var.a\n}',
  'module "a" {\n  source = "x/y/z"\n  version = local.v\n}',
  'module "a" {\n  source = "./a"\n  source = "./b"\n}',
  'module "a" {\n  source = <<-E\n  ./a\n  E\n}',
  'module "a" {\n  b = "${f("}")}"\n  source = "./a"\n}',
  'module "a" {\n  source = "./\\u0061"\n}',
  'module "a" {\n  version = "1.0.0"\n}',
  'module "a" {\n  source = "./a"',
  'module "a" { source = "./a" }  module "b" { source = "./b" }',
  'module a { source = "./a" }',
])('%j is left to the engine', (text) => expect(read(text)).toBeUndefined());

test('a text that is JSON, or cannot be read, is left to the engine', () => {
  expect(read('{"module":{"a":{"source":"./a"}}}', 'main.tf.json')).toBeUndefined();
  expect(findCalls({ texts: new Map(), isUnsure: true })).toBeUndefined();
  expect(read('# a module\noutput "a" { value = path.module }')).toEqual([]);
  expect(read('{"provider":{}}', 'main.tf.json')).toEqual([]);
});
