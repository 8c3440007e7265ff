import { ApiError, type Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** Statuses in which a run waits for a runner: run-obstacle.ts has the other obstacles, for every server. */
const FOR_A_RUNNER: ReadonlySet<string> = new Set(['plan_queued', 'apply_queued']);

/** The server's reason why no runner has taken the run; undefined where it does not wait for one, or none is given. */
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
