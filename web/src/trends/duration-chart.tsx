import { laterWords } from '../words/later-words.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { Columns } from '../charts/columns.tsx';
import { durationText } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { RunView } from '../run/run-view.ts';
import { StatusChip } from '../status/status-chip.tsx';
import { RunLink } from './run-link.tsx';
import { median, timesOf } from './run-times.ts';

const T = laterWords.trend;
const PARTS = ['wait', 'plan', 'apply'] as const;

const timeText = (seconds: number): string => durationText(seconds * 1_000);

/** The times of waiting, planning and applying, with the newest run at the right. */
export function DurationChart({ views }: { views: readonly RunView[] }) {
  const begun = views.flatMap((view) => {
    const times = timesOf(view);
    return times === undefined ? [] : [{ view, times }];
  });
  if (begun.length === 0) return null;
  const medians = PARTS.map((part) => {
    // A run without an apply has no time for it.
    const taken = begun.map(({ times }) => times[part]).filter((value) => part === 'wait' || value > 0);
    return T.median(T[part], timeText(median(taken)));
  });
  return (
    <ChartCard
      title={T.durations}
      text={T.durationsText(begun.length)}
      columns={[T.run, ...PARTS.map((part) => T[part]), T.ended]}
      rows={begun.toReversed().map(({ view, times }) => ({
        id: view.run.id,
        cells: [
          <RunLink key="run" view={view} />,
          ...PARTS.map((part) => timeText(times[part])),
          <StatusChip key="status" run={view.run} />,
        ],
      }))}
    >
      <Columns
        label={`${T.durations}. ${medians.join('; ')}`}
        parts={medians}
        kind="time"
        format={timeText}
        columns={begun.map(({ view, times }) => ({
          id: view.run.id,
          title: `${visibleText(view.message)}: ${PARTS.map((part) => `${T[part]} ${timeText(times[part])}`).join(', ')}`,
          values: PARTS.map((part) => times[part]),
        }))}
      />
    </ChartCard>
  );
}
