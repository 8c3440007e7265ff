import { join } from 'node:path';
import type { ArtifactName } from '../../protocol/agent.ts';
import { createMasker } from '../log/masking.ts';
import { retry } from '../protocol/retry.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import type { StepContext } from './step-context.ts';

export async function uploadArtifact(
  context: StepContext,
  name: ArtifactName,
  bytes: Uint8Array,
): Promise<void> {
  const { client, step, limits } = context;
  await retry(() => client.putArtifact(step, name, bytes), { forMs: limits.deliveryMs });
}

/** The trace of a debugging-mode run, masked as the log is; nothing when there is none. */
export async function uploadDebugLog(context: StepContext, secrets: readonly string[]): Promise<void> {
  if (!context.step.run.debuggingMode) return;
  const { box } = context.folder;
  const text = await readLeftFile(box, join(box, 'debug.log'));
  if (!text) return;
  const masker = createMasker(secrets);
  const masked = Buffer.concat([masker.write(text.subarray(0, context.limits.logBytes)), masker.end()]);
  await uploadArtifact(context, 'debug-log', masked);
}
