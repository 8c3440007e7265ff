/** Measures the cost of requests over a bare Node server that sends the database the same queries. */
import { Agent, request as send } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@runwright/client';
import pino from 'pino';
import { uploadFolder } from '../../src/cli/upload/upload-folder.ts';
import { readConfig } from '../../src/server/config.ts';
import { startServer } from '../../src/server/running-server.ts';
import { resources } from './plain-terraform.ts';
import { recordStatements } from '../../test/support/count-statements.ts';
import { startSameStatements } from './same-statements.ts';
import { benchToken, newHome, removeHome } from './server.ts';
import { median, ratio } from './table.ts';

const ROUNDS = 60;
const agent = new Agent({ keepAlive: true, maxSockets: 40 });

async function call(method: string, url: string, body?: unknown): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${benchToken}`,
      'content-type': 'application/vnd.api+json',
      'content-length': Buffer.byteLength(text),
    };
    send(url, { agent, method, headers }, (answer) => {
      let all = '';
      answer.setEncoding('utf8').on('data', (part: string) => (all += part));
      answer.once('end', () =>
        (answer.statusCode ?? 500) < 300
          ? resolve(all)
          : reject(new Error(`${method} ${url}: ${answer.statusCode} ${all}`)),
      );
    })
      .once('error', reject)
      .end(text);
  });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

/** The number of requests per second from `clients`, each of which sends one after the other. */
async function rate(
  clients: number,
  count: number,
  act: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  const took = await timed(async () => await Promise.all(Array.from({ length: clients }, client)));
  return (count * 1_000) / took;
}

interface Request {
  name: string;
  /** Sends the request, and returns the answer's text. */
  send(index: number): Promise<string>;
  /** Restores the data, so that the request can be sent again. */
  undo?(answer: string): Promise<unknown>;
  /** The number of repetitions with 32 clients. */
  many: number;
}

export async function measureRequests(databaseUrl: string | undefined): Promise<string[][]> {
  const home = newHome();
  const config = readConfig({
    RUNWRIGHT_HOME: home,
    RUNWRIGHT_PORT: '0',
    RUNWRIGHT_RUNNERS: '0',
    RUNWRIGHT_RATE_LIMIT: '0',
    RUNWRIGHT_ADMIN_TOKEN: benchToken,
    DATABASE_URL: databaseUrl,
  });
  const server = await startServer(config, {
    log: pino({ level: 'silent' }),
    program: '',
    onCrash: (problem) => {
      throw problem;
    },
  });
  const rows: string[][] = [];
  try {
    const { db } = server.platform;
    const api = `${server.url}/api/v2`;
    const client = createClient({ address: server.url, token: benchToken });
    await client.organizations.create({ name: 'bench', email: 'bench@example.com' });
    const workspaces: string[] = [];
    const folder = mkdtempSync(path.join(tmpdir(), 'runwright-upload-'));
    writeFileSync(path.join(folder, 'main.tf'), resources(1));
    for (let index = 0; index < 20; index += 1) {
      const { id } = await client.workspaces.create('bench', { name: `it-${index}` });
      await uploadFolder(client, id, folder, { autoQueueRuns: false });
      workspaces.push(id);
    }
    await rm(folder, { recursive: true });
    const run = await client.runs.create({ workspace_id: workspaces[1] ?? '' });
    const ids = new Set([...workspaces, run.id]);

    const createRun = (index: number) =>
      call('POST', `${api}/runs`, {
        data: {
          type: 'runs',
          attributes: {},
          relationships: {
            workspace: { data: { type: 'workspaces', id: workspaces[index % workspaces.length] } },
          },
        },
      });
    const requests: Request[] = [
      { name: 'GET run', send: () => call('GET', `${api}/runs/${run.id}`), many: 1_000 },
      {
        name: 'POST run',
        send: createRun,
        undo: async (answer) => {
          const { data } = JSON.parse(answer) as { data: { id: string } };
          await call('POST', `${api}/runs/${data.id}/actions/cancel`);
        },
        many: 200,
      },
      {
        name: 'POST workspace',
        send: (index) =>
          call('POST', `${api}/organizations/bench/workspaces`, {
            data: {
              type: 'workspaces',
              attributes: { name: `w-${index}-${Math.random().toString(36).slice(2)}` },
            },
          }),
        undo: async (answer) => {
          const { data } = JSON.parse(answer) as { data: { id: string } };
          await call('DELETE', `${api}/workspaces/${data.id}`);
        },
        many: 200,
      },
    ];
    for (const request of requests) {
      for (let warm = 0; warm < 20; warm += 1) await request.undo?.(await request.send(0));
      let body = '';
      const known = await knownIds();
      const statements = await recordStatements(db, async () => (body = await request.send(0)));
      await request.undo?.(body);
      const isOld = (id: string): boolean => known.has(id) || ids.has(id);
      const bare = await startSameStatements(
        db,
        { statements, body, writes: request.undo !== undefined },
        isOld,
      );
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs.push(await timed(() => call('POST', bare.url)));
        let answer = '';
        ours.push(await timed(async () => (answer = await request.send(0))));
        await request.undo?.(answer);
      }
      const ratios = ours.map((value, index) => value / (theirs[index] ?? 1));
      // Writes are repeated one by one in one workspace: in parallel, its lock would be measured.
      const bareRate =
        request.undo === undefined ? await rate(32, request.many, () => call('POST', bare.url)) : undefined;
      const one = await rate(1, 60, (index) => request.send(index));
      const many = await rate(32, request.many, (index) => request.send(index));
      await bare.close();
      rows.push([
        `${request.name} (${statements.length} statements)`,
        `${median(ours).toFixed(1)} ms`,
        `${median(theirs).toFixed(1)} ms`,
        ratio(median(ratios)),
        `${Math.round(one)}/s, ${Math.round(many)}/s${bareRate === undefined ? '' : ` (bare ${Math.round(bareRate)}/s)`}`,
      ]);
    }

    async function knownIds(): Promise<Set<string>> {
      const found = await db
        .selectFrom('workspace')
        .select('id')
        .union(db.selectFrom('organization').select('id'))
        .union(db.selectFrom('project').select('id'))
        .union(db.selectFrom('users').select('id'))
        .union(db.selectFrom('token').select('id'))
        .union(db.selectFrom('configuration_version').select('id'))
        .union(db.selectFrom('run').select('id'))
        .execute();
      return new Set(found.map(({ id }) => id));
    }
  } finally {
    agent.destroy();
    await server.close();
    await removeHome(home);
  }
  return rows;
}
