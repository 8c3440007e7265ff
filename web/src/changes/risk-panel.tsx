import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { useSearchState } from '../router/use-search-state.ts';
import { client } from '../session/client.ts';
import classes from './risk.module.css';

const R = words.change.risk;

/** How much of a look the plan needs, and why; each reason leads to the changes that it is about. */
export function RiskPanel({ runId }: { runId: string }) {
  const [, setSearch] = useSearchState();
  const risk = useQuery({
    queryKey: ['risk', runId],
    queryFn: ({ signal }) => client.riskSummaries.ofRun(runId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { score, level, reasons = [], rows = [] } = risk.data?.attributes ?? {};
  if (typeof score !== 'number' || level === null || level === undefined || reasons.length === 0) return null;
  return (
    <section className={classes['panel']} data-level={level} aria-label={R.title}>
      <p className={classes['level']}>
        <Icon name="warning" size={15} />
        {R.levels[level] ?? level} <span className="muted">{R.score(score)}</span>
      </p>
      <ul>
        {reasons.map(({ rule, text }) => {
          const first = rows.find((row) => row.rule === rule);
          return (
            <li key={rule} className="foreign">
              {visibleText(text)}{' '}
              {first !== undefined && (
                <button type="button" onClick={() => setSearch({ at: first.address })}>
                  {visibleText(first.address)}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
