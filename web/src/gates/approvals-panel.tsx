import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { approvalsQuery } from './reads.ts';
import classes from './gates.module.css';

const A = words.gate.approvals;

/** The people who must agree before the plan is applied, those who have, and the times when it may be applied. */
export function ApprovalsPanel({ runId }: { runId: string }) {
  const standing = useQuery(approvalsQuery(runId));
  const { rules = [], approvals = [], closed = null } = standing.data?.attributes ?? {};
  if (rules.length === 0 && approvals.length === 0 && closed === null) return null;
  return (
    <Card title={A.title} flush>
      <ul className={classes['outcomes']}>
        {closed !== null && (
          <li data-status="failed">
            <Icon name="clock" size={14} />
            <p className="foreign">
              {A.closed[closed.kind](visibleText(closed.name))}{' '}
              {closed.until !== null && (
                <time className="muted" dateTime={closed.until}>
                  {A.until(new Date(closed.until).toLocaleString())}
                </time>
              )}
            </p>
          </li>
        )}
        {rules.map(({ team, required, given }) => (
          <li key={team ?? ''} data-status={given < required ? 'waiting' : 'passed'}>
            <Icon name={given < required ? 'hand' : 'check'} size={14} />
            <p className="foreign">{A.given(given, required, team === null ? null : visibleText(team))}</p>
          </li>
        ))}
        {approvals.map((each) => (
          <li key={each['user-id']} data-status={each.void === null ? 'passed' : 'failed'}>
            <Icon name={each.void === null ? 'user' : 'cross'} size={14} />
            <p className="foreign">
              <b>{visibleText(each.username)}</b> {each.void === null ? A.approved : A.approvedOnce}{' '}
              <span className="muted">
                <Age at={each['given-at']} />
              </span>
              {each.void !== null && <span className={classes['void']}> {A.void[each.void]}</span>}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
