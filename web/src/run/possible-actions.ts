import type { ApprovalStanding } from '@runwright/client';
import { words } from '../words/words.ts';
import type { RunAction } from './copy-as.ts';
import type { RunView } from './run-view.ts';

export interface PossibleAction {
  action: RunAction;
  text: string;
  /** The reason why it is not possible; undefined: it is. */
  why: string | undefined;
}

const A = words.action;

/**
 * The actions on a run in its present state, the most serious last. An action that the state allows and the viewer
 * may not take is listed with the reason.
 */
export function possibleActions(
  { run, status }: RunView,
  standing: ApprovalStanding | undefined,
): readonly PossibleAction[] {
  const { actions = {}, permissions = {} } = run.attributes;
  const offered = (
    action: RunAction,
    text: string,
    isPossible: boolean,
    may: boolean,
  ): readonly PossibleAction[] =>
    isPossible ? [{ action, text, why: may ? undefined : A.why.notAllowed }] : [];
  const waits =
    ['pending', 'plan_queued', 'queuing'].includes(status) && (run.attributes['position-in-queue'] ?? 0) > 0;
  return [
    ...offered('force-execute', A.forceExecute, waits && permissions['can-force-execute'] === true, true),
    ...offered(
      'force-cancel',
      A.forceCancel,
      actions['is-force-cancelable'] === true,
      permissions['can-force-cancel'] === true,
    ),
    ...offered('cancel', A.cancel, actions['is-cancelable'] === true, permissions['can-cancel'] === true),
    ...offered('discard', A.discard, actions['is-discardable'] === true, permissions['can-discard'] === true),
    ...offered(
      'approve',
      A.approve,
      actions['is-confirmable'] === true && standing?.attributes['is-caller-asked'] === true,
      true,
    ),
    ...offered('apply', A.confirm, actions['is-confirmable'] === true, permissions['can-apply'] === true),
  ];
}
