/** A bare Node server that sends the database the same statements as a request did, and answers with the same bytes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql, type CompiledQuery, type Kysely } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';

type Db = Kysely<Database>;

export interface Recorded {
  statements: CompiledQuery[];
  body: string;
  writes: boolean;
}

/** Replaces the ids in a request's statements with new ones: a row cannot be inserted twice. */
function withNewIds(statements: readonly CompiledQuery[], old: ReadonlyMap<string, string>): CompiledQuery[] {
  const replace = (value: unknown): unknown =>
    typeof value === 'string' ? (old.get(value) ?? value) : value;
  return statements.map((query) => ({ ...query, parameters: query.parameters.map(replace) }));
}

const ID = /^(?:[a-z]+-[A-Za-z0-9]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** New ids of the same kind for all ids that are not in `before`. */
function freshIds(
  statements: readonly CompiledQuery[],
  before: (id: string) => boolean,
): Map<string, string> {
  const ids = statements.flatMap(({ parameters }) => parameters).filter((value) => typeof value === 'string');
  const made = [...new Set(ids)].filter((id) => ID.test(id) && !before(id));
  return new Map(made.map((id) => [id, id.replace(/[A-Za-z0-9]{12}$/, () => randomText(12))]));
}

const randomText = (length: number): string =>
  Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');

/** Answers each request by running the recorded statements again; the writes are undone, and one commit is added. */
export async function startSameStatements(
  db: Db,
  { statements, body, writes }: Recorded,
  isOld: (id: string) => boolean,
): Promise<{ url: string; close(): Promise<void> }> {
  class TakenBack extends Error {}
  const run = async (): Promise<void> => {
    if (!writes) {
      for (const query of statements) await db.executeQuery(query);
      return;
    }
    const fresh = withNewIds(statements, freshIds(statements, isOld));
    await db
      .transaction()
      .execute(async (tx) => {
        for (const query of fresh) await tx.executeQuery(query);
        throw new TakenBack();
      })
      .catch((error: unknown) => {
        if (!(error instanceof TakenBack)) throw error;
      });
    await sql`select pg_logical_emit_message(true, 'bench', 'a commit')`.execute(db);
  };
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      run().then(
        () => response.writeHead(200, { 'content-type': 'application/vnd.api+json' }).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
