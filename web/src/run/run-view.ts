import { relatedId, type Apply, type Document, type Plan, type Resource, type Run } from '@runwright/client';
import type { Counts } from '../parts/delta-strip.tsx';
import { words } from '../words/words.ts';

/** A run with its included resources. */
export interface RunView {
  run: Run;
  status: string;
  message: string;
  plan: Plan | undefined;
  apply: Apply | undefined;
  workspaceId: string | undefined;
  workspaceName: string | undefined;
  /** The workspace's present working directory: terraform's folder in the configuration. */
  workingDirectory: string;
  createdBy: string | undefined;
  confirmedBy: string | undefined;
  /** The counts of the apply once it has ended, before that of the plan; undefined while there are none. */
  counts: Counts | undefined;
}

const nameOf = (resource: Resource | undefined, attribute: string): string | undefined => {
  const value = resource?.attributes[attribute];
  return typeof value === 'string' ? value : undefined;
};

export function viewRun(run: Run, included: readonly Resource[] = []): RunView {
  const find = (relationship: string): Resource | undefined => {
    const id = relatedId(run, relationship);
    return id === undefined ? undefined : included.find((resource) => resource.id === id);
  };
  const plan = find('plan') as Plan | undefined;
  const apply = find('apply') as Apply | undefined;
  return {
    run,
    status: run.attributes.status,
    message: messageOf(run),
    plan,
    apply,
    workspaceId: relatedId(run, 'workspace'),
    workspaceName: nameOf(find('workspace'), 'name'),
    workingDirectory: nameOf(find('workspace'), 'working-directory') ?? '',
    createdBy: nameOf(find('created-by'), 'username'),
    confirmedBy: nameOf(find('confirmed-by'), 'username'),
    counts: countsOf(apply) ?? countsOf(plan),
  };
}

export const viewDocument = ({ data, included }: Document<Run>): RunView => viewRun(data, included);

export function messageOf(run: Run): string {
  const { message } = run.attributes;
  return message === undefined || message === null || message.trim() === ''
    ? words.page.runs.noMessage
    : message;
}

function countsOf(phase: Plan | Apply | undefined): Counts | undefined {
  if (phase === undefined) return undefined;
  const { attributes } = phase;
  const add = attributes['resource-additions'];
  if (attributes.status !== 'finished' || typeof add !== 'number') return undefined;
  return {
    add,
    change: attributes['resource-changes'] ?? 0,
    destroy: attributes['resource-destructions'] ?? 0,
    import: attributes['resource-imports'] ?? 0,
  };
}

/** `3 to add, 1 to destroy`, or that nothing changes. */
export function countsText(counts: Counts | undefined, isDone: boolean): string {
  if (counts === undefined) return words.action.counts.nothing;
  const { add, change, destroy, import: imports } = counts;
  const w = words.action.counts;
  const parts = [
    ...(add > 0 ? [(isDone ? w.added : w.add)(add)] : []),
    ...(change > 0 ? [(isDone ? w.changed : w.change)(change)] : []),
    ...(destroy > 0 ? [(isDone ? w.destroyed : w.destroy)(destroy)] : []),
    ...(imports > 0 ? [(isDone ? w.imported : w.import)(imports)] : []),
  ];
  return parts.length === 0 ? w.nothing : parts.join(', ');
}
