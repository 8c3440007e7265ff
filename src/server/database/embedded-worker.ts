/**
 * The embedded database's thread: PGlite blocks while it works, so it must not share a thread with the HTTP server.
 * Started by embedded-session.ts; embedded-protocol.ts has the messages in both directions.
 */
import { constants, cpSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { columnParsers } from './column-values.ts';
import { DatabaseProblem } from './database-problem.ts';
import { DurableNodeFs } from './durable-node-fs.ts';
import { prepareFolder } from './embedded-folder.ts';
import { createEmbeddedStatements } from './embedded-statements.ts';
import type { EmbeddedReply, EmbeddedRequest, EmbeddedWorkerData } from './embedded-protocol.ts';

const BYTEA = 17;
const startParameters = [
  // `-F` switches syncing off. PostgreSQL must call fsync: Emscripten's fdatasync does nothing.
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'],
  // The kernel caches the files as well; PostgreSQL's default of 128 MB only takes memory from the server.
  ...['-c', 'shared_buffers=32MB'],
];

function reply(message: EmbeddedReply): void {
  parentPort?.postMessage(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A decoder drops U+FEFF at the start of each text unless an option keeps it, and PGlite does not set that option. */
function keepByteOrderMarks(): void {
  const Decoder = globalThis.TextDecoder;
  globalThis.TextDecoder = class extends Decoder {
    constructor(label?: string, options?: ConstructorParameters<typeof Decoder>[1]) {
      super(label, { ignoreBOM: true, ...options });
    }
  };
}

async function open({ folder, template, postgres }: EmbeddedWorkerData) {
  await prepareFolder(folder, template);
  const files = new DurableNodeFs(folder, (error) =>
    reply({ kind: 'failed-sync', message: `the disk refused a sync in ${folder}: ${messageOf(error)}` }),
  );
  keepByteOrderMarks();
  const database = await PGlite.create({
    fs: files,
    pgliteWasmModule: postgres,
    startParams: startParameters,
    parsers: { ...columnParsers },
    // Parameters arrive as text. PGlite's serializers pass text through, except for this type.
    serializers: { [BYTEA]: (text: string) => text },
  });
  await checkThatCommitsSync(database, files, folder);
  return { database, files };
}

/** The sync depends on PGlite's and Emscripten's insides, so each start proves that it happens. */
async function checkThatCommitsSync(database: PGlite, files: DurableNodeFs, folder: string): Promise<void> {
  const before = files.syncCount;
  await database.query(`select pg_logical_emit_message(true, 'runwright', 'self-test')`);
  if (files.syncCount > before) return;
  throw new DatabaseProblem(
    'not-durable',
    `the embedded database in ${folder} does not sync what it commits, so a power cut would lose it: refusing to start`,
  );
}

/** The fields of a PostgreSQL error that `pg` has too: `code`, `constraint`, `detail` … */
function errorFields(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return {};
  const names = ['code', 'severity', 'detail', 'hint', 'position', 'where', 'schema', 'table', 'column'];
  const entries = Object.entries(error).filter(
    ([name, value]) =>
      typeof value === 'string' && [...names, 'dataType', 'constraint', 'routine'].includes(name),
  );
  return Object.fromEntries(entries);
}

try {
  const { folder } = workerData as EmbeddedWorkerData;
  const { database, files } = await open(workerData as EmbeddedWorkerData);
  const statements = createEmbeddedStatements(database);
  const serve = async (request: EmbeddedRequest): Promise<void> => {
    const { id } = request;
    switch (request.kind) {
      case 'query': {
        const { sql, parameters } = request;
        const results =
          parameters.length > 0 ? [await statements.run(sql, parameters)] : await statements.runScript(sql);
        reply({ kind: 'results', id, results });
        return;
      }
      case 'count-syncs':
        reply({ kind: 'sync-count', id, count: files.syncCount });
        return;
      case 'copy':
        // After a checkpoint, a server that opens the copy has little to recover.
        await database.exec('checkpoint');
        // Nothing else happens in this thread meanwhile: the copy is of one moment.
        cpSync(folder, request.to, { recursive: true, mode: constants.COPYFILE_FICLONE, errorOnExist: true });
        reply({ kind: 'copied', id });
        return;
      case 'close':
        await database.close();
        reply({ kind: 'closed', id });
        parentPort?.close();
    }
  };
  parentPort?.on('message', (request: EmbeddedRequest) => {
    serve(request).catch((error: unknown) =>
      reply({ kind: 'error', id: request.id, message: messageOf(error), fields: errorFields(error) }),
    );
  });
  reply({ kind: 'ready' });
} catch (error) {
  const reason = error instanceof DatabaseProblem ? error.reason : 'folder-unusable';
  const { folder } = workerData as EmbeddedWorkerData;
  const message =
    error instanceof DatabaseProblem
      ? error.message
      : `the embedded database in ${folder} cannot be opened: ${messageOf(error)}`;
  reply({ kind: 'refused', reason, message });
}
