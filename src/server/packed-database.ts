/**
 * A step of the build: `node dist/packed-database.js ARCHIVE` packs a database that no server has used yet into
 * ARCHIVE, with its tables and queues, so that a first start need not create them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packTemplate } from './database/embedded-folder.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { openQueue } from './queue/work-queue.ts';

const [archive] = process.argv.slice(2);
if (archive === undefined) throw new Error('give the path of the archive to write');
const logger = {
  info: () => undefined,
  warn: (_: object, message: string) => void process.stderr.write(`${message}\n`),
};
const homeFolder = mkdtempSync(path.join(tmpdir(), 'runwright-template-'));
try {
  const database = await openDatabase({ homeFolder, logger });
  await migrate(database);
  const queue = await openQueue(database, { logger });
  await queue.close();
  await database.close();
  packTemplate(path.join(homeFolder, 'database'), archive);
} finally {
  rmSync(homeFolder, { recursive: true, force: true });
}
