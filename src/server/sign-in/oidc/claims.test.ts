import { expect, test } from 'vitest';
import { claimsOf } from './claims.ts';

const settings = {
  issuer: 'https://login.example.com',
  clientId: 'id',
  clientSecret: 'secret',
  name: 'Single sign-on',
  scopes: 'openid',
  groupsClaim: 'groups',
  domains: [],
  createsUsers: false,
  trustsEmail: false,
};
const base = { iss: 'https://login.example.com', sub: 'ana' };
const read = (claims: object, groupsClaim = 'groups') =>
  claimsOf({ ...base, ...claims }, { ...settings, groupsClaim });

test.each([
  [{ groups: ['a', 'b'] }, 'groups', ['a', 'b']],
  [{ groups: [] }, 'groups', []],
  [{ groups: 'a' }, 'groups', ['a']],
  [{ groups: ['a', 1, null] }, 'groups', ['a']],
  [{}, 'groups', undefined],
  [{ groups: null }, 'groups', undefined],
  [{ groups: { a: true } }, 'groups', undefined],
  // A provider writes this for too many groups: it does not list them.
  [{ _claim_names: { groups: 'src1' } }, 'groups', undefined],
  [{ realm: { roles: ['a'] } }, '/realm/roles', ['a']],
  [{ 'https://x/groups': ['a'] }, 'https://x/groups', ['a']],
  [{ 'https://x/groups': ['a'] }, '/https:~1~1x~1groups', ['a']],
  [{ realm: {} }, '/realm/__proto__/roles', undefined],
])('in %j the claim %s gives the groups %j', (claims, name, groups) => {
  expect(read(claims, name).groups).toEqual(groups);
});

test('an address is verified only by the value true', () => {
  const verified = [true, 'true', 1, false, null, undefined];
  expect(verified.map((value) => read({ email_verified: value }).isEmailVerified)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('more than 500 groups are cut, and a text that is no address is dropped', () => {
  expect(read({ groups: Array.from({ length: 600 }, (_, index) => `g${index}`) }).groups).toHaveLength(500);
  expect(read({ email: 'not an address' }).email).toBeUndefined();
  expect(read({ email: 'a@b\nc' }).email).toBeUndefined();
});
