import { ApiError, type Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** Where a run waits for a runner: the other obstacles are told by run-obstacle.ts, of every server. */
const FOR_A_RUNNER: ReadonlySet<string> = new Set(['plan_queued', 'apply_queued']);

/** Why no runner has taken the run, in the server's words; undefined where it does not wait for one, or cannot say. */
export async function waitText(run: Run, { client, signal }: ApiReader): Promise<string | undefined> {
  if (!FOR_A_RUNNER.has(run.attributes.status)) return undefined;
  try {
    const [reason] = await client.waitReasons.ofRun(run.id, { signal });
    if (reason === undefined) return undefined;
    const { message, 'estimated-seconds': seconds } = reason.attributes;
    return `${cleanText(message, 300)}${seconds === null ? '' : ` About ${String(seconds)} seconds to go.`}`;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}
