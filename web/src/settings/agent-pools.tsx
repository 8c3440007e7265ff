import type { AgentPool } from '@runwright/client';
import { words } from '../words/words.ts';
import { Age } from '../parts/time.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { NewToken } from '../forms/new-token.tsx';
import { client } from '../session/client.ts';
import { AskName } from './ask-name.tsx';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const A = words.setting.agents;

/** Runners of the organization's own, in pools, and whether each is there. */
export function AgentPools({ org }: { org: string }) {
  const { query, again } = useList(['agent-pools', org], (signal) =>
    client.agentPools.list(org, { pageSize: 100, signal }),
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="stack">
      <div>
        <AskName
          button={A.create}
          label={words.form.name}
          attribute="name"
          act={async (name) => {
            await client.agentPools.create(org, { name });
            await again();
          }}
        />
      </div>
      {query.data.length === 0 && (
        <Empty icon="terminal" title={words.setting.none}>
          {A.builtIn}
        </Empty>
      )}
      {query.data.map((pool) => (
        <Pool key={pool.id} pool={pool} again={again} />
      ))}
    </div>
  );
}

function Pool({ pool, again }: { pool: AgentPool; again: () => Promise<void> }) {
  const { id, attributes } = pool;
  const { query } = useList(['agents', id], (signal) =>
    client.agentPools.agents(id, { pageSize: 100, signal }),
  );
  return (
    <SimpleList
      query={query}
      title={attributes.name}
      aside={
        <span className="row">
          <NewToken
            create={(description) => client.tokens.ofAgentPool.create(id, { description })}
            done={again}
          />
          <ConfirmDelete
            button={words.form.delete}
            title={`${words.form.delete}: ${attributes.name}`}
            act={async () => {
              await client.agentPools.delete(id);
              await again();
            }}
          />
        </span>
      }
      columns={[words.form.name, A.status, A.lastSeen]}
      keyOf={(agent) => agent.id}
      row={({ attributes: a }) => [a.name ?? '–', a.status, <Age key="seen" at={a['last-ping-at']} />]}
    />
  );
}
