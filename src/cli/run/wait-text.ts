import { ApiError, isFinalRun, type Client, type Run } from '@runwright/client';
import { printable } from '../terminal.ts';

/** The reasons why a run waits, one per line; none where the server gives none. */
export async function waitLines(client: Client, run: Run): Promise<string[]> {
  if (isFinalRun(run)) return [];
  try {
    const reasons = await client.waitReasons.ofRun(run.id);
    return reasons.map(({ attributes: { message, since, until, 'estimated-seconds': seconds } }) =>
      [
        printable(message),
        ...(since === null ? [] : [`since ${since}`]),
        ...(until === null ? [] : [`until ${until}`]),
        ...(seconds === null ? [] : [`about ${String(seconds)} s to go`]),
      ].join('; '),
    );
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
