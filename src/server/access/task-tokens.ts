import { newId } from '@runwright/models';
import type { Tx } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';

/**
 * A token for the service that is asked about one result of a run's tasks: it reads the plan and the configuration of that
 * run, and answers, until the result is over (api-contract §4.7, threat T16).
 */
export async function mintTaskToken(tx: Tx, taskResultId: string, expiresAt: Date): Promise<string> {
  const secret = newOpaqueToken();
  await tx
    .insertInto('token')
    .values({
      id: newId('at'),
      secret_hash: hashSecret(secret),
      kind: 'task',
      task_result_id: taskResultId,
      description: 'of a run task',
      expires_at: expiresAt,
    })
    .execute();
  return secret;
}

export async function endTaskTokens(tx: Tx, taskResultIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('token').where('task_result_id', 'in', taskResultIds).execute();
}
