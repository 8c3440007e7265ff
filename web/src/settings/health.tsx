import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Icon } from '../parts/icon.tsx';
import { useRunList } from '../run/use-run-list.ts';
import { Age } from '../parts/time.tsx';
import { client } from '../session/client.ts';

const H = laterWords.setting.health;
const LOOK_EVERY_MS = 5_000;

/** Whether runs make progress: the waiting runs, their waits, and whether the server reports that it is ready. */
export function Health({ org }: { org: string }) {
  const capacity = useQuery({
    queryKey: ['capacity', org],
    queryFn: ({ signal }) => client.organizations.capacity(org, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const ready = useQuery({
    queryKey: ['ready'],
    queryFn: async ({ signal }) => (await fetch('/readyz', { signal })).ok,
    refetchInterval: LOOK_EVERY_MS,
  });
  const waiting = useRunList({ org }, { status: 'pending,plan_queued,apply_queued' }, 100);
  const oldest = waiting.data?.views.at(-1)?.run.attributes['created-at'];
  return (
    <div style={{ maxWidth: 560 }}>
      <Card title={words.shell.sections.health}>
        <Facts
          facts={[
            [
              H.server,
              <span key="ready" className="row">
                <Icon name={ready.data === true ? 'check' : 'warning'} size={14} />
                {ready.data === true ? H.ready : H.notReady}
              </span>,
            ],
            [laterWords.page.inbox.working, capacity.data?.attributes.running],
            [laterWords.page.inbox.waiting, capacity.data?.attributes.pending],
            [H.oldest, oldest === undefined ? H.none : <Age key="oldest" at={oldest} />],
          ]}
        />
      </Card>
    </div>
  );
}
