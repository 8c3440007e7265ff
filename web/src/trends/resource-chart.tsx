import type { StateVersion } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { Steps } from '../charts/steps.tsx';
import { Age } from '../parts/time.tsx';
import { usePlace } from '../place/use-place.ts';

const T = laterWords.trend;

const countOf = ({ attributes }: StateVersion): number => attributes['resource-count'] ?? 0;
const text = (count: number): string => count.toLocaleString('en');

/** The number of resources in the last states. */
export function ResourceChart({ versions }: { versions: readonly StateVersion[] }) {
  const { org, workspace } = usePlace();
  const [first, last] = [versions.at(0), versions.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <ChartCard
      title={T.resources}
      text={T.resourcesText}
      columns={[T.state, T.count, T.when]}
      rows={versions.toReversed().map((version) => ({
        id: version.id,
        cells: [
          <Link
            key="state"
            to="/$org/workspaces/$workspace/states"
            params={{ org, workspace }}
            search={{ version: version.id }}
          >
            {laterWords.page.states.serial} {version.attributes.serial}
          </Link>,
          text(countOf(version)),
          <Age key="when" at={version.attributes['created-at']} />,
        ],
      }))}
    >
      <Steps
        label={`${T.resources}. ${T.fromTo(text(countOf(first)), text(countOf(last)))}`}
        format={text}
        points={versions.map((version) => ({
          id: version.id,
          title: `${laterWords.page.states.serial} ${String(version.attributes.serial)}: ${text(countOf(version))}`,
          value: countOf(version),
        }))}
      />
    </ChartCard>
  );
}
