import { expect, test } from 'vitest';
import { moduleUsage, providerUsage } from './usage.ts';

test('a module is taken by its whole address, and in the version that is looked at', () => {
  const module = { organization: 'Acme', name: 'network', provider: 'aws' };
  expect(moduleUsage('runs.example.com', module, '1.2.0')).toBe(
    'module "network" {\n  source  = "runs.example.com/Acme/network/aws"\n  version = "1.2.0"\n}',
  );
  expect(moduleUsage('runs.example.com', module, undefined)).not.toContain('version');
});

test('in the address of a provider an organization has small letters', () => {
  const text = providerUsage('runs.example.com:8080', { organization: 'Acme', name: 'internal' }, '1.0.0');
  expect(text).toContain('source  = "runs.example.com:8080/acme/internal"');
  expect(text).toContain('version = "1.0.0"');
});
