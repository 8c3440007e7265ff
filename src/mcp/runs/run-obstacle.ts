import { ApiError, isFinalRun, isSettledRun, relatedId, type Run } from '@runwright/client';
import { holderText, lockHolderOf, type LockHolder } from '../reading/lock-holder.ts';
import { statusOf } from './run-status.ts';
import type { ApiReader } from '../reading/api-reader.ts';

/** The reason that keeps a pending run from starting. */
export type Obstacle =
  | { readonly kind: 'lock'; readonly workspaceId: string; readonly holder: LockHolder }
  | {
      readonly kind: 'run';
      readonly runId: string;
      /** undefined where the caller may not read it. */
      readonly run: Run | undefined;
    };

/** The obstacle of a run that is still waiting; undefined when there is none, or it is not known. */
export async function obstacleOf(run: Run, reader: ApiReader): Promise<Obstacle | undefined> {
  const { status, 'plan-only': isPlanOnly, 'save-plan': isSaved } = run.attributes;
  const workspaceId = relatedId(run, 'workspace');
  // Plans that are not applied at once do not wait for locks and other runs.
  if (status !== 'pending' || isPlanOnly === true || isSaved === true || workspaceId === undefined) {
    return undefined;
  }
  const { client, signal } = reader;
  try {
    const workspace = await client.workspaces.read(workspaceId, { signal });
    const holder = await lockHolderOf(workspace, reader);
    if (holder !== undefined && holder.kind !== 'run') return { kind: 'lock', workspaceId, holder };
    const runId = holder?.id ?? relatedId(workspace, 'current-run');
    if (runId === undefined || runId === run.id) return undefined;
    const ahead = await readAhead(runId, reader);
    return ahead !== undefined && isFinalRun(ahead) ? undefined : { kind: 'run', runId, run: ahead };
  } catch (error) {
    // A reader of a run may not be allowed to read its workspace.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

async function readAhead(runId: string, { client, signal }: ApiReader): Promise<Run | undefined> {
  try {
    return (await client.runs.read(runId, { signal })).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** true: only a person can remove the obstacle. */
export const needsPerson = (obstacle: Obstacle | undefined): boolean =>
  obstacle !== undefined &&
  (obstacle.kind === 'lock' || (obstacle.run !== undefined && isSettledRun(obstacle.run)));

/** `the lock on workspace ws-… of ann (user-…), reason "maintenance"`. */
export function obstacleText(obstacle: Obstacle): string {
  if (obstacle.kind === 'lock') {
    return `the lock on workspace ${obstacle.workspaceId} of ${holderText(obstacle.holder)}`;
  }
  const { runId, run } = obstacle;
  if (run === undefined) return `run ${runId}, which is in front`;
  return `run ${runId}, which is in front and is ${statusOf(run)}${needsPerson(obstacle) ? ', waiting for a decision' : ''}`;
}

/** The person to ask, where waiting alone does not help. */
export function obstacleWarning(obstacle: Obstacle | undefined): string[] {
  if (obstacle === undefined || !needsPerson(obstacle)) return [];
  return [
    obstacle.kind === 'lock'
      ? `Waiting does not help: tell the user to ask ${obstacle.holder.text} to unlock the workspace.`
      : `Waiting does not help: ask the user whether run ${obstacle.runId}, which is in front, is to be applied or discarded.`,
  ];
}
