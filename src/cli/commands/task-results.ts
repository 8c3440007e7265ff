import type { PolicyEvaluation, TaskResult } from '@runwright/client';
import { CliError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunId } from '../references.ts';
import { printable, type Terminal } from '../terminal.ts';

interface Flags extends ConnectionFlags {
  readonly json?: true;
}

export async function showTaskResults(reference: string, flags: Flags, terminal: Terminal): Promise<number> {
  const runId = readRunId(reference);
  const { client } = await connect(flags, terminal.env);
  const include = ['task_results', 'policy_evaluations'];
  const { data, included = [] } = await client.taskStages.ofRun(runId, { include });
  if (flags.json === true) {
    terminal.print(JSON.stringify({ data, included }, null, 2));
    return EXIT.ok;
  }
  if (data.length === 0) terminal.print('The run asks no run tasks.');
  for (const { id, attributes } of data) {
    terminal.print(`${attributes.stage.replace('_', '-')}  ${attributes.status.replaceAll('_', ' ')}`);
    for (const { type, attributes: result } of included as unknown as TaskResult[]) {
      if (type !== 'task-results' || result.stage !== attributes.stage) continue;
      const { status, message = '', url } = result;
      const level = result['workspace-task-enforcement-level'] ?? '';
      terminal.print(`    ${status}  ${printable(result['task-name'] ?? '')} (${level})`);
      if (message !== '') terminal.print(`        ${printable(message)}`);
      if (url !== null && url !== undefined) terminal.print(`        ${printable(url)}`);
    }
    for (const { type, attributes: policies, relationships } of included as unknown as PolicyEvaluation[]) {
      if (type !== 'policy-evaluations' || relationships['policy-attachable'].data?.id !== id) continue;
      const {
        'mandatory-failed': mandatory,
        'advisory-failed': advisory,
        errored,
      } = policies['result-count'];
      const counts = `${mandatory} mandatory and ${advisory} advisory failed, ${errored} errored`;
      const came = policies.status === 'pending' ? '' : ` (${counts})`;
      terminal.print(`    ${policies.status}  policies in ${policies['policy-kind']}${came}`);
    }
  }
  return EXIT.ok;
}

export async function overrideTasks(
  reference: string,
  flags: Flags & { comment?: string },
  terminal: Terminal,
): Promise<number> {
  const runId = readRunId(reference);
  const { client } = await connect(flags, terminal.env);
  const { data } = await client.taskStages.ofRun(runId);
  const stage = data.find(({ attributes }) => attributes.actions?.['is-overridable'] === true);
  if (stage === undefined)
    throw new CliError(`${runId} waits for no decision about its run tasks`, { exitCode: EXIT.failed });
  const { comment } = flags;
  await client.taskStages.override(stage.id, comment === undefined ? {} : { comment });
  terminal.print(`${runId} goes on: its ${stage.attributes.stage.replace('_', '-')} tasks were overridden`);
  return EXIT.ok;
}
