import { expect, test } from 'vitest';
import { singularName } from './names.ts';

test.each([
  ['state-versions', 'StateVersion'],
  ['applies', 'Apply'],
  ['policy-checks', 'PolicyCheck'],
  ['organization-capacity', 'OrganizationCapacity'],
  ['run-access', 'RunAccess'],
])('%s is documented as %s', (type, name) => {
  expect(singularName(type)).toBe(name);
});
