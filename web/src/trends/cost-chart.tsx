import { relatedId, type CostEstimate, type Resource } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { Steps } from '../charts/steps.tsx';
import { money } from '../gates/money.ts';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { RunView } from '../run/run-view.ts';
import { RunLink } from './run-link.tsx';

const T = laterWords.trend;

interface Props {
  views: readonly RunView[];
  included: readonly Resource[];
}

/** The monthly cost that each run estimated. Amounts in another currency than the newest are left out. */
export function CostChart({ views, included }: Props) {
  const estimated = views.flatMap((view) => {
    const id = relatedId(view.run, 'cost-estimate');
    const estimate = included.find((each) => each.id === id) as CostEstimate | undefined;
    const amount = estimate?.attributes['proposed-monthly-cost'];
    if (estimate?.attributes.status !== 'finished' || amount === null || amount === undefined) return [];
    return [{ view, amount, currency: estimate.attributes.currency ?? '' }];
  });
  const currency = estimated.at(-1)?.currency;
  const shown = estimated.filter((each) => each.currency === currency);
  if (currency === undefined) return null;
  const text = (amount: number | string): string => money(String(amount), currency);
  const [first, last] = [shown.at(0), shown.at(-1)];
  return (
    <ChartCard
      title={T.cost}
      text={T.costText}
      columns={[T.run, T.amount, T.when]}
      rows={shown.toReversed().map(({ view, amount }) => ({
        id: view.run.id,
        cells: [
          <RunLink key="run" view={view} />,
          text(amount),
          <Age key="when" at={view.run.attributes['created-at']} />,
        ],
      }))}
    >
      <Steps
        label={`${T.cost}. ${T.fromTo(text(first?.amount ?? 0), text(last?.amount ?? 0))}`}
        format={text}
        points={shown.map(({ view, amount }) => ({
          id: view.run.id,
          title: `${visibleText(view.message)}: ${text(amount)}`,
          value: Number(amount),
        }))}
      />
    </ChartCard>
  );
}
