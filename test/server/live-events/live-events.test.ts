import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRun, readyWorkspace, uniqueName } from '../../support/scenario.ts';
import { mustClaim, type HeldStep } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { readEvents, type EventReader, type ServerEvent } from '../../support/event-reader.ts';
import { openSession } from '../../support/web-session.ts';

let server: TestServer;
const open: EventReader[] = [];
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => {
  for (const reader of open) reader.close();
  await server.close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ADMIN = bearer(ADMIN_TOKEN);

async function follow(path: string, headers: Record<string, string> = ADMIN): Promise<EventReader> {
  const reader = await readEvents(`${server.url}/api/v2/${path}`, headers);
  open.push(reader);
  return reader;
}

const comment = async (runId: string): Promise<string> => {
  const body = { data: { type: 'comments', attributes: { body: 'a comment' } } };
  const { status, text } = await server.call('POST', `/api/v2/runs/${runId}/comments`, body);
  expect(status, text).toBe(201);
  return runId;
};

/**
 * The next comment. A new reader may get events from just before its request too, as long as any transaction of the
 * database is older than they are.
 */
async function nextComment(reader: EventReader): Promise<ServerEvent> {
  for (;;) {
    const event = await reader.next();
    if (event === undefined) throw new Error('the stream ended before a comment came');
    if (event.data['action'] === 'commented') return event;
  }
}

async function runOfItsOwn(): Promise<{ organization: string; workspaceId: string; runId: string }> {
  const { organization, workspaceId } = await readyWorkspace(server);
  return { organization, workspaceId, runId: await createRun(server, workspaceId) };
}

async function planOf(runId: string): Promise<string> {
  return (await server.call('GET', `/api/v2/runs/${runId}/plan`)).body.data.id;
}

describe('the events of runs', () => {
  test('come once, in order, as they happen, and only as requested', async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const elsewhere = await runOfItsOwn();
    const reader = await follow(`events?workspace=${workspaceId}`);
    expect(reader.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const ready = await reader.next();
    expect(ready).toMatchObject({ type: 'ready', data: {} });
    const runId = await createRun(server, workspaceId);
    await comment(elsewhere.runId);
    await comment(runId);
    const actions = [await reader.next(), await reader.next(), await reader.next()];
    expect(actions.map((event) => event?.data['action'])).toEqual(['queued', 'plan_queued', 'commented']);
    expect(actions[2]).toMatchObject({
      type: 'run',
      data: { run: runId, workspace: workspaceId, organization, status: 'plan_queued' },
    });
    const ids = actions.map((event) => event?.id);
    expect(new Set(ids).size).toBe(3);
  });

  test('that were missed come once after Last-Event-ID', async () => {
    const { runId } = await runOfItsOwn();
    const reader = await follow(`events?run=${runId}`);
    await reader.next();
    await comment(runId);
    const seen = (await nextComment(reader)).id ?? '';
    reader.close();
    for (let count = 0; count < 5; count += 1) await comment(runId);
    const again = await follow(`events?run=${runId}`, { ...ADMIN, 'last-event-id': seen });
    expect(await again.next()).toMatchObject({ id: seen, type: 'ready' });
    await comment(runId);
    const ids = new Set<string | undefined>();
    for (let count = 0; count < 6; count += 1) ids.add((await again.next())?.id);
    expect([ids.size, ids.has(seen), ids.has(undefined)]).toEqual([6, false, false]);
    // A program that asks for no stream gets the same events and then the end.
    const answer = await fetch(`${server.url}/api/v2/events?run=${runId}&after=${seen}`, { headers: ADMIN });
    expect((await answer.text()).match(/^id: (?!.*\n.*ready).*$/gm)).toHaveLength(6);
  });

  test('are neither lost nor duplicated when their transactions end out of order', async () => {
    const first = await runOfItsOwn();
    const second = await runOfItsOwn();
    const { organization } = first;
    const readers = await Promise.all(
      [first, second].map(async ({ runId }) => await follow(`events?run=${runId}`)),
    );
    for (const reader of readers) await reader.next();
    const { db } = server.platform;
    const insert = (runId: string, id: string) =>
      db.insertInto('run_event').values({ id, run_id: runId, action: 'commented' });
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const slow = db.transaction().execute(async (tx) => {
      await tx.executeQuery(insert(first.runId, uniqueName('re')).compile());
      await held;
    });
    // The embedded database has one session, so there the second waits for the first.
    const quick = insert(second.runId, uniqueName('re')).execute();
    await new Promise((resolve) => setTimeout(resolve, 200));
    finish();
    await Promise.all([slow, quick]);
    for (const reader of readers) {
      expect(await nextComment(reader)).toMatchObject({ type: 'run' });
    }
    expect(organization).not.toBe(second.organization);
  });

  test('that are too many or too old are replaced by one reset event', async () => {
    const { runId } = await runOfItsOwn();
    const reader = await follow(`events?run=${runId}`);
    const seen = (await reader.next())?.id ?? '';
    await comment(runId);
    // The server's own position is behind the comment from then on.
    expect(await nextComment(reader)).toMatchObject({ type: 'run' });
    await server.platform.db
      .updateTable('run_event')
      .set({ created_at: new Date(Date.now() - 3_700_000) })
      .where('run_id', '=', runId)
      .execute();
    const again = await follow(`events?run=${runId}`, { ...ADMIN, 'last-event-id': seen });
    expect(await again.next()).toMatchObject({ type: 'reset' });
    await comment(runId);
    expect(await nextComment(again)).toMatchObject({ type: 'run' });
  });

  test.each(['x', '1', '-', '1-x', '99999999999999999999-1', '1-1; drop', ' '])(
    'do not go on after %j',
    async (id) => {
      const answer = await server.call('GET', `/api/v2/events?after=${encodeURIComponent(id)}`);
      expect(answer.status).toBe(400);
    },
  );

  test('reach only readers of the run; for others a named run, workspace or organization is not found', async () => {
    const { organization, workspaceId, runId } = await runOfItsOwn();
    const stranger = bearer(await server.addUser(uniqueName('stranger'), []));
    const member = bearer(await server.addUser(uniqueName('member'), [organization], { as: 'member' }));
    for (const [headers, path] of [
      [stranger, `run=${runId}`],
      [stranger, `workspace=${workspaceId}`],
      [stranger, `organization=${organization}`],
      [member, `run=${runId}`],
      [member, `workspace=${workspaceId}`],
    ] as const) {
      expect((await follow(`events?${path}`, headers)).status).toBe(404);
    }
    const reader = await follow('events', member);
    const everything = await follow('events');
    await reader.next();
    await everything.next();
    await comment(runId);
    expect((await nextComment(everything)).data['run']).toBe(runId);
    reader.close();
    const plan = await planOf(runId);
    expect((await follow(`plans/${plan}/log-stream`, member)).status).toBe(404);
    expect((await follow(`applies/${plan}/log-stream`)).status).toBe(404);
    expect((await follow('events', {})).status).toBe(401);
  });

  test('end when the permission, the token or the session ends', async () => {
    const { organization, runId } = await runOfItsOwn();
    const { db } = server.platform;
    const username = uniqueName('owner');
    const token = await server.addUser(username, [organization]);
    const session = await openSession(server, {
      token: await server.addUser(uniqueName('owner'), [organization]),
    });
    const leaving = await server.addUser(uniqueName('owner'), [organization]);
    const readers = {
      token: await follow(`events?run=${runId}`, bearer(token)),
      session: await follow(`events?run=${runId}`, { cookie: session.cookie }),
      log: await follow(`plans/${await planOf(runId)}/log-stream`, bearer(leaving)),
      leaving: await follow(`events?run=${runId}`, bearer(leaving)),
      staying: await follow(`events?run=${runId}`),
    };
    for (const reader of [readers.token, readers.session, readers.leaving, readers.staying])
      await reader.next();
    expect((await session.call('DELETE', '/api/v2/session')).status).toBe(204);
    const idOf = async (secret: string) =>
      (await server.call('GET', '/api/v2/account/details', undefined, secret)).body.data.id;
    await db
      .deleteFrom('team_member')
      .where('user_id', '=', await idOf(leaving))
      .execute();
    await db
      .deleteFrom('organization_member')
      .where('user_id', '=', await idOf(leaving))
      .execute();
    await db
      .deleteFrom('token')
      .where('user_id', '=', await idOf(token))
      .execute();
    for (const reader of [readers.session, readers.token, readers.leaving, readers.log]) {
      expect((await reader.until('nothing')).filter(({ data }) => data['action'] === 'commented')).toEqual(
        [],
      );
    }
    await comment(runId);
    expect(await nextComment(readers.staying)).toMatchObject({ type: 'run' });
  });
});

describe('a log', () => {
  const LINES = ['\u001b[1mred\u001b[31m €uro\r\n', '😀 "quoted" \\ <b>\n', '\u2028 last without an end'];

  async function planThatIsWritten(): Promise<{ step: HeldStep; plan: string; organization: string }> {
    const { runId, organization } = await runOfItsOwn();
    for (;;) {
      const step = await mustClaim(server);
      if (step.run.id === runId) return { step, plan: await planOf(runId), organization };
    }
  }

  test('is followed byte for byte to its end, even with characters cut in the middle', async () => {
    const { step, plan } = await planThatIsWritten();
    const reader = await follow(`plans/${plan}/log-stream`);
    const bytes = Buffer.from(LINES.join(''));
    const put = async (from: number, to: number) =>
      await step.call('PUT', `log?offset=${from}`, new Uint8Array(bytes.subarray(from, to)));
    const events = [];
    // Each part is a byte longer, so that some are cut in the middle of a character.
    for (let at = 0, size = 1; at < bytes.length; at += size, size += 1) await put(at, at + size);
    await step.finishPlan();
    events.push(...(await reader.until('end')));
    const logs = events.filter(({ type }) => type === 'log');
    expect(logs.map(({ data }) => data['text']).join('')).toBe(LINES.join(''));
    let sent = 0;
    for (const { id, data } of logs)
      expect(id).toBe(String((sent += Buffer.byteLength(String(data['text'])))));
    expect(events.at(-1)).toMatchObject({
      id: String(bytes.length),
      type: 'end',
      data: { bytes: bytes.length },
    });
    expect(await reader.next()).toBeUndefined();
  });

  test('continues after a byte from its query or Last-Event-ID, also after its end', async () => {
    const { step, plan } = await planThatIsWritten();
    await step.log('first\nsecond\n');
    const reader = await follow(`plans/${plan}/log-stream?offset=6`);
    expect(await reader.next()).toEqual({ id: '13', type: 'log', data: { text: 'second\n' } });
    reader.close();
    await step.log('third\n', 13);
    const again = await follow(`plans/${plan}/log-stream?offset=6`, { ...ADMIN, 'last-event-id': '13' });
    expect(await again.next()).toEqual({ id: '19', type: 'log', data: { text: 'third\n' } });
    await step.finishPlan();
    expect(await again.next()).toMatchObject({ id: '19', type: 'end' });
    const late = await follow(`plans/${plan}/log-stream`, { ...ADMIN, 'last-event-id': '19' });
    expect((await late.until('nothing')).map(({ type }) => type)).toEqual(['end']);
    const beyond = await follow(`plans/${plan}/log-stream?offset=999999`);
    expect((await beyond.until('nothing')).map(({ type }) => type)).toEqual(['end']);
    for (const offset of ['-1', '1.5', 'x', '9'.repeat(16)]) {
      expect((await server.call('GET', `/api/v2/plans/${plan}/log-stream?offset=${offset}`)).status).toBe(
        400,
      );
    }
  });

  test('is read only once for many readers', async () => {
    const { step, plan, organization } = await planThatIsWritten();
    const somebody = bearer(await server.addUser(uniqueName('owner'), [organization]));
    const path = `plans/${plan}/log-stream`;
    const readers: EventReader[] = [];
    for (let count = 0; count < 40; count += 1) readers.push(await follow(path, somebody));
    expect((await follow(path, somebody)).status).toBe(429);
    const { logs } = server.platform;
    const { read } = logs;
    let reads = 0;
    logs.read = async (...given) => {
      reads += 1;
      return await read(...given);
    };
    try {
      await step.log('a line for everybody\n');
      for (const reader of readers)
        expect((await reader.next())?.data['text']).toBe('a line for everybody\n');
    } finally {
      logs.read = read;
    }
    expect(reads).toBeLessThan(10);
  });

  test('is sent so far and then ended for a program that asks for no stream', async () => {
    const { step, plan } = await planThatIsWritten();
    await step.log('so far\n');
    const answer = await fetch(`${server.url}/api/v2/plans/${plan}/log-stream`, { headers: ADMIN });
    expect(await answer.text()).toBe(': open\n\nid: 7\nevent: log\ndata: {"text":"so far\\n"}\n\n');
  });
});
