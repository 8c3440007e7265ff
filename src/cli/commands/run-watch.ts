import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { narrator } from '../narrator.ts';
import { readRunId } from '../references.ts';
import { followRun } from '../run/follow-run.ts';
import { exitCodeOf, printNextSteps } from '../run/run-text.ts';
import type { Terminal } from '../terminal.ts';

export interface WatchRunFlags extends ConnectionFlags {
  readonly until: string;
  readonly json?: true;
}

export async function watchRun(reference: string, flags: WatchRunFlags, terminal: Terminal): Promise<number> {
  const runId = readRunId(reference);
  const { until } = flags;
  if (until !== 'settled' && until !== 'final') throw usageError('--until must be settled or final');
  const { client } = await connect(flags, terminal.env);
  const run = await followRun(client, narrator(terminal, flags), runId, { until });
  if (flags.json === true) terminal.print(JSON.stringify(run, null, 2));
  else printNextSteps(terminal, run);
  return exitCodeOf(run);
}
