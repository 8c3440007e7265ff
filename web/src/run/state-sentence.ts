import { words } from '../words/words.ts';
import { countsText, type RunView } from './run-view.ts';

const S = words.action.sentence;

/** The state of the run, in a sentence. */
export function stateSentence(view: RunView): string {
  const { run, status, counts } = view;
  const { attributes } = run;
  if (attributes.actions?.['is-confirmable'] === true) {
    return S.confirmable(countsText(counts, false));
  }
  switch (status) {
    case 'planning':
      return S.planning;
    case 'confirmed':
    case 'apply_queued':
    case 'queuing_apply':
      return S.confirmed;
    case 'applying':
      return S.applying;
    case 'applied':
      return S.applied(countsText(counts, true));
    case 'planned_and_saved':
      return S.saved;
    case 'planned_and_finished':
      return attributes['has-changes'] === true ? S.planned(countsText(counts, false)) : S.noChanges;
    case 'policy_override':
      return S.policy;
    case 'pre_plan_awaiting_decision':
    case 'post_plan_awaiting_decision':
      return S.decision;
    case 'pre_plan_running':
    case 'post_plan_running':
    case 'cost_estimating':
    case 'policy_checking':
    case 'pre_apply_running':
    case 'post_apply_running':
      return S.checking;
    case 'discarded':
      return S.discarded;
    case 'errored':
    case 'policy_soft_failed':
      return S.errored;
    case 'canceled':
    case 'force_canceled':
      return S.canceled;
    default:
      return S.waiting;
  }
}
