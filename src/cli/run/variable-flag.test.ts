import { expect, test } from 'vitest';
import { readVariable } from './variable-flag.ts';

test.each([
  ['region=eu-west-1', 'region', '"eu-west-1"'],
  ['empty=', 'empty', '""'],
  ['equation=a=b', 'equation', '"a=b"'],
  ['count=3', 'count', '3'],
  ['ratio=-1.5e3', 'ratio', '-1.5e3'],
  ['flag=true', 'flag', 'true'],
  ['nothing=null', 'nothing', 'null'],
  ['quoted="as is"', 'quoted', '"as is"'],
  ['list=["a", "b"]', 'list', '["a", "b"]'],
  ['map={a = 1}', 'map', '{a = 1}'],
  ['version=1.2.3', 'version', '"1.2.3"'],
  ['template=${path.module}', 'template', '"$${path.module}"'],
  ['lines=a\nb', 'lines', '"a\\nb"'],
])('%j', (text, key, value) => {
  expect(readVariable(text)).toEqual({ key, value });
});

test.each(['novalue', '=value', ''])('%j is refused', (text) => {
  expect(() => readVariable(text)).toThrow('--var');
});
