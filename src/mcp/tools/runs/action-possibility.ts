import { isFinalRun, type Run } from '@runwright/client';
import { possibleActions } from '../../runs/possible-actions.ts';
import { obstacleOf, obstacleText } from '../../runs/run-obstacle.ts';
import { statusOf } from '../../runs/run-status.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ActionRule } from './run-action-rules.ts';

/**
 * The reason why an action is not possible now, as a sentence; undefined when it is possible according to the run.
 *
 * @param displaced the runs before a pending one, if they are known
 */
export async function whyImpossible(
  rule: ActionRule,
  run: Run,
  context: ToolContext,
  displaced: readonly string[] = [],
): Promise<string | undefined> {
  if (run.attributes.permissions?.[rule.permission] === false)
    return 'your token may not do it: the user has to ask somebody who may.';
  if (rule.action === 'force_execute') return whyNotForceExecute(rule, run, context, displaced);
  // If the server lists no actions, the attempt decides.
  const isPossible = run.attributes.actions === undefined || possibleActions(run).includes(rule.action);
  return isPossible ? undefined : reasonFor(rule, run);
}

/** The action skips runs that can be discarded, and no other obstacles (mcp §1.5). */
async function whyNotForceExecute(
  rule: ActionRule,
  run: Run,
  context: ToolContext,
  displaced: readonly string[],
): Promise<string | undefined> {
  if (run.attributes.status !== 'pending') return reasonFor(rule, run);
  const obstacle = await obstacleOf(run, context);
  if (obstacle === undefined) {
    return displaced.length > 0 ? undefined : 'no run holds the workspace, so there is none to go before.';
  }
  const isDiscardable =
    obstacle.kind === 'run' && obstacle.run?.attributes.actions?.['is-discardable'] !== false;
  return isDiscardable
    ? undefined
    : `it waits for ${obstacleText(obstacle)}: only a run that can be discarded can be passed by.`;
}

/** The reason why the run's state does not allow the action. */
export function reasonFor(rule: ActionRule, run: Run): string {
  return isFinalRun(run) && rule.action !== 'apply' ? `it is over, ${statusOf(run)}.` : rule.whyNot(run);
}
