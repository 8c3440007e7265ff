import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { areElsewhere } from './blobs/belonging.ts';
import { openBlobFolder } from './blobs/blob-folder.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import { openLogStore } from './blobs/log-store.ts';
import { refuseHalfRestored } from './backup/restoring.ts';
import { ConfigProblem, type Config } from './config.ts';
import type { Platform } from './context.ts';
import { createReadiness } from './database/readiness.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase, type OpenDatabase } from './database/open.ts';
import { connectWakeUps } from './live/connect-wake-ups.ts';
import { topics } from './live/wake-ups.ts';
import { createMeasures } from './measures/measures.ts';
import { createMailer } from './outbound/mailer.ts';
import { createOutbound } from './outbound/outbound.ts';
import { openQueue } from './queue/work-queue.ts';
import { findMissingKeys } from './secrets/sealed-values.ts';
import { createSealer, type Sealer } from './secrets/sealer.ts';
import { loadSecretKeys } from './secrets/secret-key.ts';
import { createPathSigner } from './secrets/signed-paths.ts';
import { createStateReader } from './state-reader/state-reader.ts';

const MIB = 1024 * 1024;
/** How long a readiness check waits for the database. */
const READY_MS = 3_000;

export interface OpenPlatform {
  platform: Platform;
  isReady: () => Promise<boolean>;
  close: () => Promise<void>;
}

/** The stages of a start, for the person who waits for it. */
export type StartStage =
  | 'opening the database'
  | 'bringing the tables up to date'
  | 'opening the work queue'
  | 'taking up the runs that were interrupted';

export interface OpenPlatformOptions {
  log: Logger;
  /** The database is gone: end the process. */
  onCrash: (problem: Error) => void;
  onStage?: (stage: StartStage) => void;
}

/** Opens the shared base of the server: database, queue, files, keys. @throws ConfigProblem, DatabaseProblem */
export async function openPlatform(
  config: Config,
  { log, onCrash, onStage = () => {} }: OpenPlatformOptions,
): Promise<OpenPlatform> {
  const { databaseUrl, homeFolder } = config;
  await makeHomeFolder(homeFolder);
  refuseHalfRestored(homeFolder);
  onStage('opening the database');
  const database = await openDatabase({ databaseUrl, homeFolder, logger: log, onCrash });
  try {
    onStage('bringing the tables up to date');
    await migrate(database);
    const keys = await loadSecretKeys(homeFolder, config.encryptionKeys);
    const sealer = createSealer(keys);
    await refuseMissingKeys(database.db, sealer);
    const wakeUps = await connectWakeUps(database, log);
    onStage('opening the work queue');
    const queue = await openQueue(database, {
      logger: log,
      // Another server may have held the job until now: the workers of all queues look again.
      onRedelivery: () => [topics.work, topics.triggers, topics.phases].forEach(wakeUps.wake),
    });
    const logs = await openLogStore(join(homeFolder, 'logs'), {
      onSyncError: (id, error) => log.error({ err: error, id }, 'a log could not be written to disk'),
    });
    const blobs = await openBlobFolder(join(homeFolder, 'blobs'));
    await refuseOtherFolder(database.db, blobs);
    const stateReader = createStateReader(blobs.fileOf);
    const platform: Platform = {
      db: database.db,
      copyDatabase: database.copyFiles,
      blobs,
      stateReader,
      logs,
      queue,
      wakeUps,
      outbound: createOutbound(config.allowOutbound),
      mirrorRegistries: config.mirrorRegistries,
      mirrorMaxBytes: config.mirrorMaxBytes,
      mailer: config.smtp === null ? null : createMailer(config.smtp.url, config.smtp.from),
      signer: createPathSigner([keys[0].signing, ...keys.slice(1).map(({ signing }) => signing)]),
      sealer,
      measures: createMeasures(),
      log,
      publicUrl: '',
      aliases: config.aliases,
      oidc: config.oidc,
      costCommand: config.costCommand,
      opaCommand: config.opaCommand,
      engine: config.engine,
      limits: {
        configurationBytes: 128 * MIB,
        stateBytes: 512 * MIB,
        appliedStateBytes: 4_096 * MIB,
        artifactBytes: 512 * MIB,
        runVariableValueChars: config.runVariableValueChars,
        tokenLifetimeMs: config.tokenLifetimeMs,
        forceCancelAfterMs: config.forceCancelAfterMs,
        leaseMs: config.leaseMs,
        speculativeQueueMs: config.speculativeQueueMs,
        requestsPerSecond: config.requestsPerSecond,
      },
    };
    return {
      platform,
      isReady: createReadiness(
        () => sql`select 1`.execute(database.db),
        READY_MS,
        (error) => log.warn({ err: error }, 'the database does not answer'),
      ),
      async close() {
        wakeUps.close();
        await queue.close();
        await logs.close();
        await stateReader.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function makeHomeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST' || code === 'ENOTDIR' ? 'is in the way of a folder' : `cannot be made (${code})`;
    throw new ConfigProblem(`RUNWRIGHT_HOME: ${folder} ${why}: name another folder for the data`);
  }
}

/** A server with another data folder would keep states where no other finds them, and answer reads with errors. */
async function refuseOtherFolder(db: OpenDatabase['db'], blobs: BlobStore): Promise<void> {
  if (!(await areElsewhere(db, blobs))) return;
  throw new ConfigProblem(
    `RUNWRIGHT_HOME: none of the newest states of the database is in ${blobs.place}: name the data folder that the ` +
      'server of this database used, mount its disk, or restore a backup (docs/backup.md)',
  );
}

/** A server that started without the key of its stored secrets would fail in the middle of a run. */
async function refuseMissingKeys(db: OpenDatabase['db'], sealer: Sealer): Promise<void> {
  const missing = await findMissingKeys(db, sealer);
  if (missing.length === 0) return;
  const parts = missing.map(
    ({ keyId, count }) => `${keyId || '(unknown)'}, which ${count} stored secrets need`,
  );
  throw new ConfigProblem(
    `RUNWRIGHT_ENCRYPTION_KEY (or secret-key in the data folder) lacks the key ${parts.join(' and the key ')}: ` +
      'add it after the current one, as in new,old',
  );
}
