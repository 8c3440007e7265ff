import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { riskQuery } from './use-risk.ts';
import classes from './risk.module.css';

const R = words.change.risk;

/** How much attention the plan needs, and why; each reason unfolds into its changes. */
export function RiskPanel({ runId }: { runId: string }) {
  const [, setSearch] = useSearchState();
  const risk = useQuery(riskQuery(runId));
  const { score, level, reasons = [], rows = [] } = risk.data?.attributes ?? {};
  if (typeof score !== 'number' || level === null || level === undefined || reasons.length === 0) return null;
  return (
    <section className={classes['panel']} data-level={level} aria-label={R.title}>
      <p className={classes['level']}>
        <Icon name="warning" size={15} />
        {R.levels[level] ?? level} <span className="muted">{R.score(score)}</span>
      </p>
      {reasons.map(({ rule, text, points, count }) => {
        const about = rows.filter((row) => row.rule === rule);
        return (
          <details key={rule}>
            <summary className="foreign">
              {visibleText(text)} <span className="muted">{R.points(points)}</span>
            </summary>
            <ul>
              {about.map(({ address, detail }) => (
                <li key={address} className="foreign">
                  <button type="button" onClick={() => setSearch({ at: address })}>
                    {visibleText(address)}
                  </button>{' '}
                  <span className="muted">{visibleText(detail)}</span>
                </li>
              ))}
              {count > about.length && <li className="muted">{R.more(count - about.length)}</li>}
            </ul>
          </details>
        );
      })}
    </section>
  );
}
