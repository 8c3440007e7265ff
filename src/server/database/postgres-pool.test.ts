import { expect, test } from 'vitest';
import { describeAddress, openPostgresPool } from './postgres-pool.ts';

const open = (databaseUrl: string) => openPostgresPool({ databaseUrl, onIdleError: () => {} });

test('an address is described without its password', () => {
  expect(describeAddress('postgres://ann:secret@db.example:5433/runs?sslmode=require')).toBe(
    'ann@db.example:5433/runs',
  );
  expect(describeAddress('postgresql:///runs?host=/run/postgresql')).toBe('/run/postgresql/runs');
});

test.each(['mysql://ann:secret@db/runs', 'db.example', ''])(
  '%s is no PostgreSQL address',
  async (address) => {
    const problem = await open(address).catch((error: unknown) => error);
    expect(problem).toMatchObject({ reason: 'wrong-address' });
    expect(String(problem)).not.toContain('secret');
  },
);

test('the error for a silent server names it in one line without the password', async () => {
  const problem = await open('postgres://ann:secret@127.0.0.1:1/runs').catch((error: unknown) => error);
  expect(problem).toMatchObject({ reason: 'unreachable' });
  expect(String(problem)).toContain('ann@127.0.0.1:1/runs');
  expect(String(problem)).not.toMatch(/secret|\n/);
});
