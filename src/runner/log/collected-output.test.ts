import { expect, it } from 'vitest';
import { collectOutput } from './collected-output.ts';

it('output is kept up to its limit, to the last byte', () => {
  const output = collectOutput('terraform show', 6);
  for (const text of ['abc', '', 'def']) output.add(Buffer.from(text));
  expect(output.bytes().toString()).toBe('abcdef');
});

it.each([
  ['one piece', ['x'.repeat(1_000)]],
  ['many pieces', Array<string>(1_000).fill('x')],
  ['bytes that are no text', Array<string>(1_000).fill('\ufffd')],
])('output keeps no more than its limit of %s, and then cannot be read as a whole', (_what, pieces) => {
  const output = collectOutput('terraform show', 100);
  for (const text of pieces) output.add(Buffer.from(text));
  // Later output would fit again, but it comes after the gap.
  output.add(Buffer.from('y'));
  expect(output.kept().length).toBeLessThanOrEqual(100);
  expect(output.kept().toString()).not.toContain('y');
  expect(() => output.bytes()).toThrow('terraform show printed more than 100 bytes');
});
