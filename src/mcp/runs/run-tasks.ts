import type { Run, TaskResult } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** The results of a run's tasks, by stage; empty where there are none. */
export async function taskFacts(
  run: Run,
  { client, signal }: ApiReader,
): Promise<{ run_tasks?: readonly string[] }> {
  const stages = run.relationships?.['task-stages']?.data;
  if (!Array.isArray(stages) || stages.length === 0) return {};
  const { included = [] } = await client.taskStages.ofRun(run.id, { include: ['task_results'], signal });
  const results = included.filter(({ type }) => type === 'task-results') as unknown as TaskResult[];
  return { run_tasks: results.map(textOf) };
}

function textOf({ attributes }: TaskResult): string {
  const { status, stage = '', 'task-name': name = '', message = '' } = attributes;
  const level = attributes['workspace-task-enforcement-level'] ?? '';
  const said = message === '' ? '' : `: ${cleanText(message, 200)}`;
  return `${cleanText(name, 90)} (${stage}, ${level}) ${status}${said}`;
}
