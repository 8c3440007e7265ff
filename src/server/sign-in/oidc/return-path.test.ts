import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test.each(['/app', '/app/acme/net/runs/run-1?tab=log#plan-L12', '/app?x=1', '/app/a%20b', '/app#top'])(
  'the path %s is kept',
  (path) => {
    expect(returnPath(path)).toBe(path);
  },
);

test.each([
  undefined,
  '',
  '//evil.example',
  '/\\evil.example',
  '/app\\..\\evil',
  'https:evil.example',
  'https://evil.example/app',
  '/app//../../evil',
  '/app/../api/v2/ping',
  '/app/%0d%0a/../../x',
  '/app\r\nSet-Cookie: x',
  '/app/ x',
  '/apple',
  '/api/v2/session',
  '/app@evil.example',
  'javascript:alert(1)',
  '/app/ü',
  `/app/${'x'.repeat(2_000)}`,
])('the path %j is replaced by /app', (path) => {
  expect(returnPath(path)).toBe('/app');
});
