import { useQuery } from '@tanstack/react-query';
import { readEvery } from '../session/read-every.ts';
import { countAgents } from './count-agents.ts';
import { RowTable } from '../parts/row-table.tsx';
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
/** Costs a request for each pool. */
const LOOK_AT_POOLS_MS = 20_000;

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
    <div className="stack" style={{ maxWidth: 680 }}>
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
            [
              laterWords.page.inbox.runners,
              capacity.data?.attributes.runners === 0
                ? laterWords.page.inbox.noRunner
                : capacity.data?.attributes.runners,
            ],
          ]}
        />
      </Card>
      <PoolHealth org={org} />
    </div>
  );
}

/** How many agents of each pool take work, and what is wrong with the others; nothing without pools. */
function PoolHealth({ org }: { org: string }) {
  const pools = useQuery({
    queryKey: ['pool-health', org],
    queryFn: async ({ signal }) => {
      const { data } = await readEvery((page) => client.agentPools.list(org, page), signal);
      return await Promise.all(
        data.map(async ({ id, attributes: { name } }) => {
          const agents = await readEvery((page) => client.agentPools.agents(id, page), signal);
          return { id, name, ...countAgents(agents.data) };
        }),
      );
    },
    refetchInterval: LOOK_AT_POOLS_MS,
  });
  if (!pools.data?.length) return null;
  return (
    <Card title={words.shell.sections.agents} flush>
      <RowTable
        columns={[words.form.name, H.atWork, H.idle, H.drained, H.silent]}
        items={pools.data}
        keyOf={({ id }) => id}
        row={({ name, atWork, idle, drained, silent }) => [
          name,
          atWork,
          idle,
          drained,
          <span key="silent" className="row">
            {silent > 0 && <Icon name="warning" size={14} />}
            {silent}
          </span>,
        ]}
      />
    </Card>
  );
}
