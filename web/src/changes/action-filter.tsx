import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { actionIcon } from './action-look.ts';
import { ACTIONS, type Action } from './plan.ts';
import classes from './changes.module.css';

interface Props {
  counts: ReadonlyMap<Action, number>;
  only: ReadonlySet<string>;
  toggle: (action: Action) => void;
}

/** The number of changes by action; a pressed button shows only its changes. */
export function ActionFilter({ counts, only, toggle }: Props) {
  return (
    <div className="row" role="group" aria-label={words.change.strip}>
      {ACTIONS.filter((action) => counts.has(action)).map((action) => (
        <button
          key={action}
          type="button"
          className={classes['filter']}
          data-action={action}
          aria-pressed={only.has(action)}
          onClick={() => toggle(action)}
        >
          <Icon name={actionIcon[action]} size={13} />
          <b>{counts.get(action)}</b> {words.change.action[action]}
        </button>
      ))}
    </div>
  );
}
