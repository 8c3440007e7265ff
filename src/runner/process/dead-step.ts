import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishRequest, Step } from '../../protocol/agent.ts';
import { formatError } from '../../protocol/log-text.ts';
import { retry } from '../protocol/retry.ts';
import { killMarked } from '../sandbox/process-tree.ts';
import type { StopReason } from '../step/control.ts';
import type { AgentContext } from '../step/step-context.ts';

export interface DeadStep {
  step: Step;
  /** How its process ended. */
  how: string;
  /** The reason for which the step was asked to end. */
  reason: StopReason | undefined;
  /** The step's folder, once it had one. */
  root: string | undefined;
}

const LOG_FILE = 'log';
const MAX_CHUNK_BYTES = 1024 ** 2;

/**
 * Ends a step whose process died: stops everything that still runs, writes the reason into the log, delivers the last
 * state, and tells the server. Each part is tried, even if others fail.
 *
 * @param clear delivers the content of a step's folder and removes it
 */
export async function concludeDeadStep(
  agent: AgentContext,
  { step, how, reason, root }: DeadStep,
  clear: (root: string) => Promise<boolean>,
): Promise<void> {
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      agent.log('error', `${what} of a step whose process died`, { step: step.id, error: String(error) });
    }
  };
  killMarked(`TFC_RUN_ID=${step.run.id}`);
  if (reason === 'lost') return;
  const isCanceled = reason === 'interrupted' || reason === 'killed';
  const message = `The process that executed this ${step.phase} ${how}`;
  const detail =
    'It may have run out of memory, or have been killed for not answering. Other runs are not concerned.';
  if (root !== undefined) {
    const file = join(root, LOG_FILE);
    await attempt('cannot finish the log', async () => {
      if (!isCanceled)
        await appendFile(file, formatError(step.workspace.structuredRunOutput, message, detail));
      await sendRest(agent, step, file);
    });
    await attempt('cannot deliver the state', async () => await clear(root));
  }
  const outcome: FinishRequest = isCanceled ? { outcome: 'canceled' } : { outcome: 'errored', message };
  await attempt('cannot tell the outcome', () =>
    retry(() => agent.client.finish(step, outcome), { forMs: agent.limits.deliveryMs }),
  );
}

/** Sends the missing rest of the log; the server says how much it has. */
async function sendRest({ client, limits }: AgentContext, step: Step, file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(MAX_CHUNK_BYTES);
    for (let offset = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, bytesRead);
      const at = offset;
      offset = await retry(() => client.writeLog(step, at, bytes), { forMs: limits.deliveryMs });
    }
  } finally {
    await handle.close();
  }
}
