import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordChange } from '../../../src/server/access/record-change.ts';
import { startSealer } from '../../../src/server/audit/sealer.ts';
import { verifyTrail, type Verdict } from '../../../src/server/audit/verify-trail.ts';
import { transact, type Tx } from '../../../src/server/database/transact.ts';
import { runCli } from '../../../src/cli/testing/run-cli.ts';
import { makeTestDatabase, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openDatabase } from '../../../src/server/database/open.ts';
import { createWakeUps } from '../../../src/server/live/wake-ups.ts';
import { silentLog } from '../../support/silent-log.ts';

const wakeUps = createWakeUps();
const log = { ...silentLog, error: (fields: object) => expect.fail(JSON.stringify(fields)) };
const HOUR_MS = 3_600_000;

async function record(tx: Tx, name: string): Promise<void> {
  await recordChange(tx, null, {
    organizationId: 'org-1',
    resource: { type: 'workspaces', id: 'ws-1' },
    action: 'update',
    before: { name: 'old', ratio: 0.1 },
    after: { name },
  });
}

async function recordAndSeal(db: TestDatabase['db'], count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await transact(db, (tx) => record(tx, `name ${index}`));
  const sealer = startSealer({ db, log, wakeUps, everyMs: HOUR_MS });
  expect(await sealer.seal()).toBe(count);
  await sealer.stop();
}

describe('the trail', () => {
  let database: TestDatabase;
  let head: { position: number; hash: string };
  beforeAll(async () => {
    database = await openTestDatabase();
    await recordAndSeal(database.db, 6);
    const verdict = await verifyTrail(database.db);
    if (!verdict.sound || verdict.head === null) throw new Error(JSON.stringify(verdict));
    ({ head } = verdict);
  });
  afterAll(async () => await database.close());

  class TakenBack extends Error {}
  /** The verdict after tampering with all rights on the database, which is undone afterwards. */
  async function after(tampering: string[], known?: typeof head): Promise<Verdict> {
    let verdict: Verdict | undefined;
    const attempt = transact(database.db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      for (const statement of tampering) await sql.raw(statement).execute(tx);
      verdict = await verifyTrail(tx, known);
      throw new TakenBack();
    });
    await expect(attempt).rejects.toThrow(TakenBack);
    if (verdict === undefined) throw new Error('no verdict');
    return verdict;
  }

  test('is sound, and its head is known', async () => {
    expect(await verifyTrail(database.db)).toEqual({ sound: true, entries: 6, unsealed: 0, head });
    expect(head.position).toBe(6);
    expect(await verifyTrail(database.db, head)).toMatchObject({ sound: true });
  });

  test.each([
    `update audit_entry set action = 'read' where action = 'update'`,
    `update audit_entry set action = 'read' where false`,
    `delete from audit_entry`,
    `truncate audit_entry cascade`,
    `update audit_seal set hash = ''`,
    `delete from audit_seal`,
    `truncate audit_seal`,
  ])('the database refuses: %s', async (statement) => {
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/only grows/);
    expect(await verifyTrail(database.db)).toMatchObject({ sound: true, entries: 6 });
  });

  const third = `sequence = (select sequence from audit_seal where position = 3)`;
  test.each([
    ['organization_id', `'org-2'`],
    ['token_id', `'at-1'`],
    ['user_id', `'user-1'`],
    ['actor_kind', `'user'`],
    ['address', `'1.2.3.4'`],
    ['request_id', `'r'`],
    ['resource_type', `'runs'`],
    ['resource_id', `'ws-2'`],
    ['action', `'create'`],
    ['before', `'{"name":"old","ratio":0.1000000000000000000001}'`],
    ['after', 'null'],
    ['created_at', `created_at + interval '1 microsecond'`],
    ['id', `'another'`],
  ])('is not sound with a changed %s', async (column, value) => {
    const verdict = await after([`update audit_entry set ${column} = ${value} where ${third}`]);
    expect(verdict).toMatchObject({ sound: false, entries: 2, problem: { kind: 'changed' } });
  });

  test('is not sound without an entry, even if its seal is removed too', async () => {
    expect(await after([`delete from audit_entry where ${third}`])).toMatchObject({
      sound: false,
      entries: 2,
      problem: { kind: 'removed' },
    });
    const both = [`delete from audit_entry where ${third}`, `delete from audit_seal where position = 3`];
    expect(await after(both)).toMatchObject({ sound: false, entries: 2, problem: { kind: 'removed' } });
    const closed = [...both, `update audit_seal set position = position - 1 where position = 4`];
    expect(await after(closed)).toMatchObject({ sound: false, entries: 2, problem: { kind: 'changed' } });
  });

  test('is not sound with an inserted entry, in the chain or beside it', async () => {
    const insert = `insert into audit_entry (id, actor_kind, resource_type, resource_id, action, created_at)
      select 'forged', 'user', 'runs', 'run-1', 'apply', created_at - interval '1 hour' from audit_entry limit 1`;
    expect(await after([insert])).toMatchObject({
      sound: false,
      problem: { kind: 'inserted', entry: 'forged' },
    });
    const sequence = `(select sequence from audit_entry where id = 'forged')`;
    const chained = [insert, `update audit_seal set sequence = ${sequence} where position = 3`];
    expect(await after(chained)).toMatchObject({ sound: false, entries: 2, problem: { kind: 'changed' } });
  });

  test('is not sound with entries in another order', async () => {
    const swap = `update audit_seal set sequence = (select sum(sequence) from audit_seal where position in (3, 4))
      - sequence where position in (3, 4)`;
    const verdict = await after([`alter table audit_seal drop constraint audit_seal_sequence_key`, swap]);
    expect(verdict).toMatchObject({ sound: false, entries: 2, problem: { kind: 'changed' } });
  });

  test('shows a cut end or a rewritten chain only to a caller who has noted a head', async () => {
    const cut = [
      `delete from audit_seal where position = 6`,
      `delete from audit_entry where sequence not in (select sequence from audit_seal)`,
    ];
    expect(await after(cut)).toMatchObject({ sound: true, entries: 5 });
    expect(await after(cut, head)).toMatchObject({ sound: false, problem: { kind: 'removed' } });
    expect(await after([], { position: 4, hash: 'f'.repeat(64) })).toMatchObject({
      sound: false,
      problem: { kind: 'replaced' },
    });
  });
});

describe('sealing', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await openTestDatabase()));
  afterAll(async () => await database.close());

  test('by several servers at once makes one chain, in several batches', async () => {
    const { db } = database;
    await transact(db, async (tx) => {
      for (let index = 0; index < 450; index += 1) await record(tx, `name ${index}`);
    });
    const sealers = [1, 2, 3].map(() => startSealer({ db, log, wakeUps, everyMs: HOUR_MS }));
    const counts = await Promise.all(sealers.map(({ seal }) => seal()));
    counts.push(...(await Promise.all(sealers.map(({ seal }) => seal()))));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(450);
    await Promise.all(sealers.map(({ stop }) => stop()));
    expect(await verifyTrail(db)).toMatchObject({ sound: true, entries: 450, unsealed: 0 });
  });

  test('appends an entry that was committed after younger ones', async () => {
    // The embedded database has one session, so nothing can commit late.
    if (database.kind === 'embedded') return;
    const { db } = database;
    const before = await verifyTrail(db);
    const sealer = startSealer({ db, log, wakeUps, everyMs: HOUR_MS });
    let commit: () => void = () => {};
    const maySettle = new Promise<void>((resolve) => (commit = resolve));
    let written: () => void = () => {};
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    const late = transact(db, async (tx) => {
      await record(tx, 'late');
      written();
      await maySettle;
    });
    await isWritten;
    await transact(db, (tx) => record(tx, 'younger'));
    expect(await sealer.seal()).toBe(1);
    commit();
    await late;
    expect(await sealer.seal()).toBe(1);
    await sealer.stop();
    expect(await verifyTrail(db)).toMatchObject({ sound: true, entries: before.entries + 2, unsealed: 0 });
  });
});

test('runwright audit verify counts the sound entries, or names the first that is not', async () => {
  const location = await makeTestDatabase();
  const options = { homeFolder: location.homeFolder, databaseUrl: location.databaseUrl, logger: silentLog };
  const database = await openDatabase(options);
  await recordAndSeal(database.db, 3);
  if (location.kind === 'embedded') {
    const used = await runCli(['audit', 'verify', '--home', location.homeFolder]);
    expect(used).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('in use') });
  }
  await database.close();

  const env = { RUNWRIGHT_HOME: location.homeFolder, DATABASE_URL: location.databaseUrl };
  const sound = await runCli(['audit', 'verify'], env);
  expect(sound).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('sound: 3 entries') });
  const head = /head is (\S+)/.exec(sound.stdout)?.[1] ?? '';
  const json = await runCli(['audit', 'verify', '--json', '--head', head], env);
  expect(JSON.parse(json.stdout)).toMatchObject({ sound: true, entries: 3, unsealed: 0 });

  const tampered = await openDatabase(options);
  await transact(tampered.db, async (tx) => {
    await sql`alter table audit_entry disable trigger user`.execute(tx);
    await sql`update audit_entry set action = 'read' where sequence = (select max(sequence) from audit_entry)`.execute(
      tx,
    );
    await sql`alter table audit_entry enable trigger user`.execute(tx);
  });
  await tampered.close();
  const unsound = await runCli(['audit', 'verify'], env);
  expect(unsound).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('2 entries are') });
  expect((await runCli(['audit', 'verify', '--head', 'x'], env)).exitCode).toBe(2);
  expect((await runCli(['audit', 'verify', '--home', `${location.homeFolder}/none`])).exitCode).toBe(3);
  await location.remove();
});
