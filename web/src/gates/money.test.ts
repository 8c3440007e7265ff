import { expect, test } from 'vitest';
import { money } from './money.ts';

test.each([
  ['25.488', 'USD', false, '$25.49'],
  ['0.0', 'USD', false, '$0'],
  ['0.0', 'USD', true, '$0'],
  ['1234567.891', 'USD', false, '$1,234,568'],
  ['25.488', 'USD', true, '+$25.49'],
  ['-3.5', 'EUR', true, '-€3.50'],
  ['999.996', 'EUR', true, '+€1,000.00'],
  ['7.5', 'no', true, '+7.50 no'],
  [null, 'USD', false, '–'],
] as const)('%s %s is written %s as %s', (amount, currency, isDifference, text) => {
  expect(money(amount, currency, isDifference)).toBe(text);
});
