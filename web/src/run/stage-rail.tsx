import { words } from '../words/words.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Duration } from '../parts/time.tsx';
import { stagesOf, type StageState, type StageTab } from './stages.ts';
import type { RunView } from './run-view.ts';
import classes from './rail.module.css';

const ICONS: Readonly<Record<StageState, IconName>> = {
  waiting: 'clock',
  running: 'ring',
  finished: 'check',
  failed: 'cross',
  skipped: 'minus',
  needed: 'hand',
  notReached: 'circle',
};

interface Props {
  view: RunView;
  open: (tab: StageTab) => void;
}

/** The stages of the run: done, current, and coming. */
export function StageRail({ view, open }: Props) {
  const stages = stagesOf(view);
  const current = stages.findIndex(({ state }) => ['waiting', 'running', 'needed'].includes(state));
  return (
    <ol className={classes['rail']} aria-label={words.run.stages.label}>
      {stages.map(({ name, state, from, to, tab }, index) => (
        <li key={name} data-state={state} {...(index === current ? { 'aria-current': 'step' as const } : {})}>
          <span className={classes['dot']}>
            <Icon name={ICONS[state]} size={13} spin={state === 'running'} />
          </span>
          <span className={classes['text']}>
            {tab === undefined || state === 'skipped' || state === 'notReached' ? (
              <b>{name}</b>
            ) : (
              <button type="button" onClick={() => open(tab)}>
                {name}
              </button>
            )}
            <span className={classes['state']}>
              {words.run.stages[state]}
              {from !== undefined && (state !== 'waiting' || index === current) && state !== 'notReached' && (
                <>
                  {' · '}
                  <Duration from={from} to={to} />
                </>
              )}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
