import { join } from 'node:path';
import type { ArtifactName } from '../../protocol/agent.ts';
import type { Masker } from '../../masking/masker.ts';
import { retry } from '../protocol/retry.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import type { StepContext } from './step-context.ts';

/** Texts for people, no longer than a log. Only the apply, and people who may see its values, get the plan itself. */
const MASKED_AS_TEXT: ReadonlySet<ArtifactName> = new Set(['debug-log', 'generated-configuration']);

export async function uploadArtifact(
  context: StepContext,
  name: ArtifactName,
  bytes: Uint8Array,
): Promise<void> {
  const { client, step, limits, secrets } = context;
  const shown = MASKED_AS_TEXT.has(name)
    ? maskBytes(bytes, secrets.masker).subarray(0, limits.logBytes)
    : bytes;
  await retry(() => client.putArtifact(step, name, shown), { forMs: limits.deliveryMs });
}

function maskBytes(bytes: Uint8Array, masker: Masker): Buffer {
  const stream = masker.stream();
  return Buffer.concat([stream.write(bytes), stream.end()]);
}

/** Uploads the trace of a debugging-mode run; does nothing when there is none. */
export async function uploadDebugLog(context: StepContext): Promise<void> {
  if (!context.step.run.debuggingMode) return;
  const { box } = context.folder;
  const text = await readLeftFile(box, join(box, 'debug.log'));
  if (!text) return;
  await uploadArtifact(context, 'debug-log', text);
}
