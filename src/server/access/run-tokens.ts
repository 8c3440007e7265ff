import { newId } from '@runwright/models';
import type { Tx } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';

/**
 * A token for terraform inside a run, made when a step of it is claimed: it reads the state of the run's own workspace
 * and of those that share theirs with it, and is refused once the run has ended (api-contract §5.14, threats T5, T6).
 * The token of an earlier step ends.
 */
export async function mintRunToken(tx: Tx, runId: string): Promise<string> {
  const secret = newOpaqueToken();
  await tx.deleteFrom('token').where('run_id', '=', runId).execute();
  await tx
    .insertInto('token')
    .values({
      id: newId('at'),
      secret_hash: hashSecret(secret),
      kind: 'run',
      run_id: runId,
      description: 'of a run',
    })
    .execute();
  return secret;
}
