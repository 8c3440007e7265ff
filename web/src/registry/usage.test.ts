import { expect, test } from 'vitest';
import { moduleUsage, providerUsage } from './usage.ts';

test('a module is used by its whole address, in the shown version', () => {
  const module = { organization: 'Acme', name: 'network', provider: 'aws' };
  expect(moduleUsage('runs.example.com', module, '1.2.0')).toBe(
    'module "network" {\n  source  = "runs.example.com/Acme/network/aws"\n  version = "1.2.0"\n}',
  );
  expect(moduleUsage('runs.example.com', module, undefined)).not.toContain('version');
});

test('the organization in a provider’s address is in lower case', () => {
  const text = providerUsage('runs.example.com:8080', { organization: 'Acme', name: 'internal' }, '1.0.0');
  expect(text).toContain('source  = "runs.example.com:8080/acme/internal"');
  expect(text).toContain('version = "1.0.0"');
});
