import { expect, test } from 'vitest';
import { findOwnAddresses } from './own-addresses.ts';

const ORIGIN = 'https://runs.example.com';
const RUN = '/acme/workspaces/shop/runs/run-1';

test('addresses of this server become links to a resource or to lines, and all else stays text', () => {
  const text = `Why ${ORIGIN}/app${RUN}?at=aws_lb.a%5B%22x%22%5D\nsee ${ORIGIN}/app${RUN}?tab=log#plan-L3-L9 ok`;
  expect(findOwnAddresses(text, ORIGIN)).toEqual([
    'Why ',
    { path: RUN, search: { at: 'aws_lb.a["x"]' }, hash: '', resource: 'aws_lb.a["x"]', lines: undefined },
    '\nsee ',
    {
      path: RUN,
      search: { tab: 'log' },
      hash: 'plan-L3-L9',
      resource: undefined,
      lines: { phase: 'plan', from: 3, to: 9 },
    },
    ' ok',
  ]);
});

test.each([
  'https://evil.example.com/app/acme',
  'https://runs.example.com.evil.example.com/app/acme',
  `${ORIGIN}/app/../api/v2/tokens`,
  `${ORIGIN}/api/v2/runs`,
  'javascript:alert(1)',
  '<b>no</b>',
])('%s is no link', (text) => {
  expect(findOwnAddresses(text, ORIGIN)).toEqual([text]);
});
