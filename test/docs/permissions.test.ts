import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { permissionsPage } from '../support/permissions-page.ts';

test('docs/permissions.md says what the server decides: npm run docs', async () => {
  const file = path.resolve(import.meta.dirname, '..', '..', 'docs', 'permissions.md');
  const page = await format(permissionsPage(), { ...(await resolveConfig(file)), filepath: file });
  expect(readFileSync(file, 'utf8')).toBe(page);
});
