import { isFinalRun, isSettledRun, relatedId, type Document, type Run } from '@runwright/client';
import { possibleActions } from './possible-actions.ts';
import type { NextAction } from '../answer/result.ts';
import { needsPerson, type Obstacle } from './run-obstacle.ts';
import { hasApplyBegun, statusOf } from './run-status.ts';

/** The calls that make sense with a run now. */
export function runNextActions(document: Document<Run>, obstacle?: Obstacle): NextAction[] {
  const run = document.data;
  if (isFinalRun(run)) return afterwards(document);
  const act = (tool: string, why: string): NextAction => ({ tool, arguments: { run_id: run.id }, why });
  const possible = possibleActions(run);
  if (!isSettledRun(run)) {
    if (obstacle !== undefined && needsPerson(obstacle)) return aroundObstacle(obstacle);
    const look = act('wait_for_run', 'it is still working');
    return possible.includes('force_cancel')
      ? [look, act('force_cancel_run', 'it was canceled but has not stopped')]
      : [look];
  }
  return [
    ...(possible.includes('apply') ? [act('get_plan_summary', 'what it would change')] : []),
    ...(possible.includes('apply') ? [act('apply_run', 'carries out the plan')] : []),
    ...(possible.includes('discard') ? [act('discard_run', 'drops the plan')] : []),
  ];
}

function aroundObstacle(obstacle: Obstacle): NextAction[] {
  return obstacle.kind === 'lock'
    ? [
        {
          tool: 'unlock_workspace',
          arguments: { workspace_id: obstacle.workspaceId },
          why: 'only if the lock is your own and the user agrees',
        },
      ]
    : [
        {
          tool: 'get_plan_summary',
          arguments: { run_id: obstacle.runId },
          why: 'what the run in front would change, for the user to decide',
        },
      ];
}

function afterwards(document: Document<Run>): NextAction[] {
  const run = document.data;
  const status = statusOf(run);
  const workspaceId = relatedId(run, 'workspace');
  const isPlanOnly = run.attributes['plan-only'] === true;
  if (status === 'errored' || status === 'policy_soft_failed') {
    return [{ tool: 'diagnose_run', arguments: { run_id: run.id }, why: 'why it failed' }];
  }
  if (['canceled', 'force_canceled'].includes(status) && hasApplyBegun(document)) {
    return [{ tool: 'diagnose_run', arguments: { run_id: run.id }, why: 'what it did before it stopped' }];
  }
  if (status === 'planned_and_finished' && isPlanOnly) {
    return [{ tool: 'get_plan_summary', arguments: { run_id: run.id }, why: 'what it would change' }];
  }
  if (['applied', 'planned_and_finished'].includes(status) && workspaceId !== undefined) {
    return [{ tool: 'get_workspace_outputs', arguments: { workspace_id: workspaceId }, why: 'its outputs' }];
  }
  return [];
}
