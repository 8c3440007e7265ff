/** Secrets in the database: the columns that hold them, and their re-encryption when the key changes. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { sql } from 'kysely';
import { newId } from '@runwright/models';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/server/database/open.ts';
import { SEALED_COLUMNS } from '../../../src/server/secrets/sealed-columns.ts';
import { createSealer, sealedKeyId, type Sealer } from '../../../src/server/secrets/sealer.ts';
import { loadSecretKeys } from '../../../src/server/secrets/secret-key.ts';
import { makeTestDatabase, openTestDatabase, type TestDatabaseLocation } from '../../support/database.ts';
import { silentLog } from '../../support/silent-log.ts';

const program = path.resolve(import.meta.dirname, '..', '..', '..', 'bin', 'runwright');
const OLD = 'an-old-key-of-at-least-32-characters';
const NEW = 'a-new-key-of-at-least-32-characters!';
const LOST = 'a-lost-key-of-at-least-32-characters';

test('the list of sealed columns matches the schema', async () => {
  const database = await openTestDatabase();
  try {
    const { rows } = await sql<{ place: string }>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = current_schema() and column_name like 'sealed\\_%' order by 1`.execute(
      database.db,
    );
    expect(rows.map(({ place }) => place)).toEqual(
      SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(),
    );
  } finally {
    await database.close();
  }
});

describe('rotating keys', () => {
  let location: TestDatabaseLocation;
  let varsetId: string;
  beforeEach(async () => {
    location = await makeTestDatabase();
    varsetId = newId('varset');
  });
  afterEach(async () => await location.remove());

  const sealerOf = async (...keys: string[]): Promise<Sealer> =>
    createSealer(await loadSecretKeys(location.homeFolder, keys));

  async function withDatabase<T>(
    use: (db: Awaited<ReturnType<typeof openDatabase>>['db']) => Promise<T>,
  ): Promise<T> {
    const database = await openDatabase({ ...location, logger: silentLog });
    try {
      return await use(database.db);
    } finally {
      await database.close();
    }
  }

  async function store(sealer: Sealer, count: number): Promise<void> {
    await withDatabase(async (db) => {
      const organization = newId('org');
      await db
        .insertInto('organization')
        .values({ id: organization, name: organization, email: 'someone@example.com' })
        .execute();
      await db
        .insertInto('varset')
        .values({ id: varsetId, organization_id: organization, project_id: null, name: 'set' })
        .execute();
      const rows = Array.from({ length: count }, (_, index) => {
        const id = newId('var');
        const sealed = sealer.seal(`secret ${index}`, 'variable.sealed_value', id);
        return {
          id,
          workspace_id: null,
          varset_id: varsetId,
          category: 'env' as const,
          key: `KEY_${index}`,
          sealed,
        };
      });
      await db
        .insertInto('variable')
        .values(
          rows.map(({ sealed, ...row }) => ({
            ...row,
            value: null,
            sealed_value: sealed,
            value_bytes: 10,
            hcl: false,
            sensitive: true,
            description: null,
            version_id: 'v',
          })),
        )
        .execute();
    });
  }

  /** The keys of all stored values. Each value is opened and must be the stored one. */
  async function keysInUse(sealer: Sealer): Promise<Set<string | undefined>> {
    const rows = await withDatabase(
      async (db) => await db.selectFrom('variable').select(['id', 'key', 'sealed_value']).execute(),
    );
    for (const { id, key, sealed_value } of rows) {
      expect(sealer.open(sealed_value ?? '', 'variable.sealed_value', id)).toBe(
        `secret ${key.slice('KEY_'.length)}`,
      );
    }
    return new Set(rows.map(({ sealed_value }) => sealedKeyId(sealed_value ?? '')));
  }

  const environment = (keys: string) => ({
    PATH: process.env['PATH'],
    RUNWRIGHT_HOME: location.homeFolder,
    RUNWRIGHT_PORT: '0',
    RUNWRIGHT_RUNNERS: '0',
    RUNWRIGHT_ENCRYPTION_KEY: keys,
    ...(location.databaseUrl === undefined ? {} : { DATABASE_URL: location.databaseUrl }),
  });

  const run = async (args: string[], keys: string) =>
    await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [program, ...args], { env: environment(keys) }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });

  test('can be killed and run again: then all values have the new key, and the old one can be removed', async () => {
    const count = 900;
    await store(await sealerOf(OLD), count);
    const killed = spawn(process.execPath, [program, 'rotate-keys'], {
      env: environment(`${NEW},${OLD}`),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(killed.stderr, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const both = await sealerOf(NEW, OLD);
    await keysInUse(both);

    const again = await run(['rotate-keys', '--json'], `${NEW},${OLD}`);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, key: both.keyId, unreadable: [] });
    const onlyNew = await sealerOf(NEW);
    expect(await keysInUse(onlyNew)).toEqual(new Set([onlyNew.keyId]));
    const nothingLeft = await run(['rotate-keys'], NEW);
    expect(nothingLeft).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 encrypted anew') as string,
    });
  });

  test('names a value whose key is missing, leaves it unchanged, and goes on with the others', async () => {
    await store(await sealerOf(OLD), 3);
    const lost = await sealerOf(LOST);
    const [broken] = await withDatabase(async (db) => await db.selectFrom('variable').select('id').execute());
    const id = broken?.id ?? '';
    await withDatabase(async (db) => {
      const sealed = lost.seal('lost', 'variable.sealed_value', id);
      await db.updateTable('variable').set({ sealed_value: sealed }).where('id', '=', id).execute();
    });
    const { code, stdout } = await run(['rotate-keys', '--json'], `${NEW},${OLD}`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      resealed: 2,
      unreadable: [
        `the key ${lost.keyId} of the value in variable.sealed_value of ${id} is not among the keys of this server`,
      ],
    });
  });

  test('a server without the key of stored values says so in one line and does not start', async () => {
    const old = await sealerOf(OLD);
    await store(old, 2);
    const { code, stderr } = await run(['serve'], NEW);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `runwright: RUNWRIGHT_ENCRYPTION_KEY (or secret-key in the data folder) lacks the key ${old.keyId}, ` +
        'which 2 stored secrets need: add it after the current one, as in new,old',
      '',
    ]);
  });

  test('a wrong setting is reported in one line that does not show the key', async () => {
    const { code, stderr } = await run(['rotate-keys'], `${NEW},short`);
    expect(code).toBe(1);
    expect(stderr).toBe('runwright: RUNWRIGHT_ENCRYPTION_KEY must have at least 32 characters in each key\n');
  });
});
