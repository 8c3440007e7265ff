import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { narrator } from '../narrator.ts';
import { readRunId } from '../references.ts';
import { followRun } from '../run/follow-run.ts';
import { exitCodeOf, printNextSteps, statusText } from '../run/run-text.ts';
import type { Terminal } from '../terminal.ts';

export interface RunActionFlags extends ConnectionFlags {
  readonly comment?: string;
  readonly watch?: true;
  readonly json?: true;
}

export type RunActionName = 'apply' | 'approve' | 'discard' | 'cancel' | 'force-cancel';

const METHOD: Readonly<Record<RunActionName, 'apply' | 'approve' | 'discard' | 'cancel' | 'forceCancel'>> = {
  apply: 'apply',
  approve: 'approve',
  discard: 'discard',
  cancel: 'cancel',
  'force-cancel': 'forceCancel',
};

export async function actOnRun(
  action: RunActionName,
  reference: string,
  flags: RunActionFlags,
  terminal: Terminal,
): Promise<number> {
  const runId = readRunId(reference);
  const { client } = await connect(flags, terminal.env);
  await client.runs[METHOD[action]](runId, flags.comment === undefined ? {} : { comment: flags.comment });
  const narrate = narrator(terminal, flags);
  const run =
    flags.watch === true
      ? await followRun(client, narrate, runId, {
          until: 'final',
          logs: action === 'apply' ? 'apply' : 'all',
        })
      : (await client.runs.read(runId)).data;
  if (flags.watch !== true) narrate.print(`${runId}: ${action} accepted, now ${statusText(narrate, run)}`);
  if (flags.json === true) terminal.print(JSON.stringify(run, null, 2));
  else printNextSteps(terminal, run);
  // A discarded or canceled run is what the user wanted; only a watched apply must end applied.
  return flags.watch === true && action === 'apply' ? exitCodeOf(run) : EXIT.ok;
}
