import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { compilePostgres } from './compiled-postgres.ts';
import { DatabaseProblem } from './database-problem.ts';
import type { EmbeddedProgram } from './embedded-program.ts';
import type {
  EmbeddedReply,
  EmbeddedRequest,
  EmbeddedWorkerData,
  StatementResult,
} from './embedded-protocol.ts';

/** The one session of the embedded database. embedded-pool.ts decides who may use it when. */
export interface EmbeddedSession {
  /**
   * Without parameters the text may hold several statements; there is one result for each.
   * @throws pg.DatabaseError with the fields that a PostgreSQL server's error has
   * @throws DatabaseProblem `crashed`
   */
  query(sql: string, parameters: (string | null)[]): Promise<StatementResult[]>;
  /** How many syncs to the disk were done since the start. */
  countSyncs(): Promise<number>;
  /**
   * Copies the database's files to `folder`, which does not exist yet. No statement may be under way, and none is
   * served meanwhile: a second or so for each gigabyte, less where the file system shares blocks.
   */
  copyTo(folder: string): Promise<void>;
  close(): Promise<void>;
}

export interface EmbeddedSessionOptions {
  program: EmbeddedProgram;
  /** PostgreSQL's own folder; created when it does not exist. The caller has locked the one above it. */
  folder: string;
  /** Called once when the thread ends by itself; every call fails with the same problem from then on. */
  onCrash: (problem: DatabaseProblem) => void;
}

interface Call {
  resolve: (reply: EmbeddedReply) => void;
  reject: (error: Error) => void;
}

type Unsent<T> = T extends EmbeddedRequest ? Omit<T, 'id'> : never;

/** Starts the thread and waits until it serves. @throws DatabaseProblem */
export async function startEmbeddedSession(options: EmbeddedSessionOptions): Promise<EmbeddedSession> {
  const { program, folder, onCrash } = options;
  const postgres = await compilePostgres();
  const workerData: EmbeddedWorkerData = { folder, template: program.template, postgres };
  const worker = new Worker(program.worker, { workerData, name: 'embedded-database' });
  const calls = new Map<number, Call>();
  let lastId = 0;
  let ended: DatabaseProblem | null = null;
  let closing = false;

  function end(problem: DatabaseProblem): void {
    if (ended) return;
    ended = problem;
    for (const call of calls.values()) call.reject(problem);
    calls.clear();
    if (!closing) onCrash(problem);
  }

  function call(request: Unsent<EmbeddedRequest>): Promise<EmbeddedReply> {
    if (ended) return Promise.reject(ended);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      calls.set(id, { resolve, reject });
      worker.postMessage({ ...request, id });
    });
  }

  function settle(reply: EmbeddedReply & { id: number }): void {
    const waiting = calls.get(reply.id);
    calls.delete(reply.id);
    if (reply.kind === 'error') waiting?.reject(databaseError(reply));
    else waiting?.resolve(reply);
  }

  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.on('error', (error) => {
      const problem = crash(folder, error.message);
      reject(problem);
      end(problem);
    });
    worker.on('exit', (code) => {
      const problem = crash(folder, `its thread ended with code ${code}`);
      reject(problem);
      end(problem);
    });
    worker.on('message', (reply: EmbeddedReply) => {
      if ('id' in reply) settle(reply);
      else if (reply.kind === 'ready') resolve();
      else if (reply.kind === 'refused') {
        closing = true;
        reject(new DatabaseProblem(reply.reason, reply.message));
      } else {
        // After a failed sync the content of the disk is unknown: the next start recovers what is really there.
        end(new DatabaseProblem('crashed', reply.message));
        void worker.terminate();
      }
    });
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });

  return {
    async query(sql, parameters) {
      const reply = await call({ kind: 'query', sql, parameters });
      return reply.kind === 'results' ? reply.results : [];
    },
    async countSyncs() {
      const reply = await call({ kind: 'count-syncs' });
      return reply.kind === 'sync-count' ? reply.count : 0;
    },
    async copyTo(folder) {
      await call({ kind: 'copy', to: folder });
    },
    async close() {
      if (ended || closing) return exited;
      closing = true;
      await call({ kind: 'close' });
      await exited;
    },
  };
}

function crash(folder: string, detail: string): DatabaseProblem {
  return new DatabaseProblem('crashed', `the embedded database in ${folder} stopped: ${detail}`);
}

function databaseError({ message, fields }: EmbeddedReply & { kind: 'error' }): Error {
  // An error without a code comes from the driver, not from PostgreSQL: a number too big to read, for instance.
  if (fields['code'] === undefined) return new Error(message);
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields);
}
