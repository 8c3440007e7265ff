import { ApiError, relatedId, type Client } from '@runwright/client';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunId } from '../references.ts';
import { linesOf, readableLines } from '../run/log-lines.ts';
import { printable, type Terminal } from '../terminal.ts';

export interface PrintLogsFlags extends ConnectionFlags {
  readonly phase?: string;
  readonly follow?: true;
  readonly raw?: true;
  readonly trace?: true;
  readonly json?: true;
}

type Phase = 'plan' | 'apply';

/** `--json` prints one object a line: `{"phase", "line"}`. */
export async function printLogs(
  reference: string,
  flags: PrintLogsFlags,
  terminal: Terminal,
): Promise<number> {
  const runId = readRunId(reference);
  const phases = readPhases(flags.phase);
  if (flags.trace === true && flags.follow === true)
    throw usageError('--trace cannot be followed: it is there when the phase is over');
  const { client } = await connect(flags, terminal.env);
  const run = (await client.runs.read(runId)).data;
  for (const phase of phases) {
    const id = relatedId(run, phase);
    if (id === undefined) continue;
    const isTrace = flags.trace === true;
    const text = isTrace
      ? traceText(client, phase, id, phases.length > 1)
      : phaseText(client, phase, id, flags.follow === true);
    for await (const line of linesOf(text)) {
      const isWhole = flags.raw === true || flags.json === true;
      const lines = isWhole ? [line] : isTrace ? [printable(line)] : readableLines(line, phase);
      for (const shown of lines) {
        terminal.print(flags.json === true ? JSON.stringify({ phase, line: shown }) : shown);
      }
    }
  }
  return EXIT.ok;
}

function readPhases(phase: string | undefined): readonly Phase[] {
  if (phase === undefined) return ['plan', 'apply'];
  if (phase === 'plan' || phase === 'apply') return [phase];
  throw usageError('--phase must be plan or apply');
}

async function* phaseText(
  client: Client,
  phase: Phase,
  id: string,
  follow: boolean,
): AsyncGenerator<string, void, undefined> {
  const phases = phase === 'plan' ? client.plans : client.applies;
  // Without --follow only the present text is printed.
  const options = follow ? {} : { isOver: () => Promise.resolve(true) };
  yield* phases.followLog(id, options);
}

/** @param mayEndWithPlan prints nothing for an apply without a trace, such as that of a run which waits for approval */
async function* traceText(
  client: Client,
  phase: Phase,
  id: string,
  mayEndWithPlan: boolean,
): AsyncGenerator<string, void, undefined> {
  const phases = phase === 'plan' ? client.plans : client.applies;
  const answer = await phases.openDebugLog(id).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    if (phase === 'apply' && mayEndWithPlan) return undefined;
    throw new CliError(`the ${phase} has no trace that the token may see`, {
      exitCode: EXIT.failed,
      fix: 'make the run with --debugging-mode, wait for the end of the phase, and use a token that may read whole plans',
    });
  });
  const decoder = new TextDecoder();
  for await (const chunk of answer?.chunks ?? []) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
