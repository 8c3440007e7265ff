import { describe, expect, test } from 'vitest';
import { isLoopbackRedirect, readAuthorizationRequest, redirectWithCode } from './authorization-request.ts';

const good = {
  client_id: 'terraform-cli',
  response_type: 'code',
  redirect_uri: 'http://localhost:10003/login',
  code_challenge_method: 'S256',
  code_challenge: 'v8sR0WUlouvdQc_Bzqa8DAjXuyHanZiBV00pzh7rxMA',
  state: 'a state & more',
};

describe('readAuthorizationRequest', () => {
  test('reads what terraform sends', () => {
    expect(readAuthorizationRequest(good)).toEqual({
      redirectUri: good.redirect_uri,
      codeChallenge: good.code_challenge,
      state: good.state,
    });
  });

  test.each([
    ['client_id', 'other'],
    ['response_type', 'token'],
    ['redirect_uri', 'https://localhost:10003/login'],
    ['code_challenge_method', 'plain'],
    ['code_challenge', 'short'],
    ['state', 'x'.repeat(501)],
    ['redirect_uri', ['http://localhost:10003/login', 'http://evil.example/']],
  ])('refuses another %s, and names the parameter', (name, value) => {
    expect(readAuthorizationRequest({ ...good, [name]: value })).toContain(name);
  });
});

test.each([
  'http://localhost:9999/login',
  'http://localhost:10011/login',
  'http://localhost/login',
  'http://localhost:10000@evil.example/login',
  'http://localhost:10000/login#@evil.example',
  'http://localhost:10000/login?next=//evil.example',
  'http://localhost.evil.example:10000/login',
  'http://evil.example:10000/login',
  'http://127.0.0.2:10000/login',
  'http://[::1]:10000/login',
  '//localhost:10000/login',
  'http:/\\evil.example:10000/login',
  'http://localhost:10000/../login',
  'http://localhost:10000/login\n',
  'javascript:alert(1)//http://localhost:10000/login',
  '',
])('refuses to send a code to %j', (uri) => {
  expect(isLoopbackRedirect(uri)).toBe(false);
});

test('sends the code and any state back to terraform', () => {
  const request = readAuthorizationRequest(good);
  if (typeof request === 'string') throw new Error(request);
  const url = new URL(redirectWithCode(request, 'the-code'));
  expect([url.origin, url.pathname]).toEqual(['http://localhost:10003', '/login']);
  expect(Object.fromEntries(url.searchParams)).toEqual({ code: 'the-code', state: good.state });
});
