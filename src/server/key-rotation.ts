import pino from 'pino';
import { recordChange } from './access/record-change.ts';
import { readConfig, type Flags } from './config.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { transact } from './database/transact.ts';
import { createSealer } from './secrets/sealer.ts';
import { resealAll, type Resealed } from './secrets/sealed-values.ts';
import { loadSecretKeys } from './secrets/secret-key.ts';

export interface Rotation extends Resealed {
  /** The key with which everything readable is sealed now. */
  keyId: string;
}

/**
 * `runwright rotate-keys`: seals every stored secret with the first key (docs/variables.md).
 *
 * @throws ConfigProblem, DatabaseProblem
 */
export async function rotateKeys(
  env: NodeJS.ProcessEnv,
  flags: Flags,
  onProgress: (resealed: number) => void,
): Promise<Rotation> {
  const { databaseUrl, homeFolder, encryptionKeys } = readConfig(env, flags);
  const logger = pino({ level: 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
  const database = await openDatabase({ databaseUrl, homeFolder, logger });
  try {
    await migrate(database);
    const sealer = createSealer(await loadSecretKeys(homeFolder, encryptionKeys));
    const result = await resealAll(database.db, sealer, onProgress);
    await transact(database.db, async (tx) => {
      await recordChange(tx, null, {
        organizationId: null,
        resource: { type: 'encryption-keys', id: sealer.keyId },
        action: 'rotate',
        after: { resealed: result.resealed, unreadable: result.problems.length },
      });
    });
    return { keyId: sealer.keyId, ...result };
  } finally {
    await database.close();
  }
}
