import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { durationText } from '../parts/time.tsx';
import chips from '../parts/chips.module.css';
import { statusLook } from '../status/status.ts';
import classes from './replay.module.css';

const P = laterWords.replay;

export interface Moment {
  action: string;
  at: string | undefined;
}

interface Props {
  moments: readonly Moment[];
  /** The index of the event up to which the run is shown. */
  index: number;
  choose: (index: number) => void;
}

/** What the run was at the time of one of its events: a slider goes from event to event. */
export function Replay({ moments, index, choose }: Props) {
  const [first] = moments;
  const moment = moments[index];
  if (first === undefined || moment === undefined || moments.length < 2) return null;
  const status = moments
    .slice(0, index + 1)
    .findLast(({ action }) => words.run.status[statusAfter(action)] !== undefined);
  const { text, icon, tone } = statusLook(statusAfter(status?.action ?? 'pending'));
  const sinceMs = Date.parse(moment.at ?? '') - Date.parse(first.at ?? '');
  return (
    <div className={classes['replay']}>
      <div className={classes['moment']} role="status">
        <span className={chips['chip']} data-tone={tone}>
          <Icon name={icon} size={13} />
          {text}
        </span>
        <span className="muted">
          {P.at(index + 1, moments.length)}
          {Number.isFinite(sinceMs) && ` · ${P.after(durationText(sinceMs))}`}
        </span>
      </div>
      <input
        type="range"
        className={classes['range']}
        aria-label={P.label}
        aria-valuetext={`${P.at(index + 1, moments.length)}: ${text}`}
        min={0}
        max={moments.length - 1}
        value={index}
        onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
      />
    </div>
  );
}

/** The status that an event leads to: most have its name. */
const statusAfter = (action: string): string => (action === 'queued' ? 'pending' : action);
