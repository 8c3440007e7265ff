import { Button } from '@mantine/core';
import type { Agent, AgentPool } from '@runwright/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Age } from '../parts/time.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Empty } from '../parts/page-state.tsx';
import { Refused } from '../parts/refused.tsx';
import { NewToken } from '../forms/new-token.tsx';
import { client } from '../session/client.ts';
import { isDrained } from './count-agents.ts';
import { KeptProviders } from './kept-providers.tsx';
import { NamedThings } from './named-things.tsx';
import { SimpleList } from './simple-list.tsx';
import { useList } from './use-list.ts';

const A = laterWords.setting.agents;

/** The organization's own runners, in pools, and whether each is online. */
export function AgentPools({ org }: { org: string }) {
  const list = useList(['agent-pools', org], (page) => client.agentPools.list(org, page));
  return (
    <NamedThings
      list={list}
      button={A.create}
      create={(name) => client.agentPools.create(org, { name })}
      empty={
        <Empty icon="terminal" title={laterWords.setting.none}>
          {A.builtIn}
        </Empty>
      }
      show={(pool) => <Pool key={pool.id} pool={pool} again={list.again} />}
    />
  );
}

function Pool({ pool, again }: { pool: AgentPool; again: () => Promise<void> }) {
  const { id, attributes } = pool;
  const agents = useList(['agents', id], (page) => client.agentPools.agents(id, page));
  const change = useMutation({
    mutationFn: async (agent: Agent) =>
      isDrained(agent)
        ? await client.agentPools.resumeAgent(agent.id)
        : await client.agentPools.drainAgent(agent.id),
    onSuccess: agents.again,
  });
  return (
    <>
      <SimpleList
        query={agents.query}
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
        columns={[words.form.name, A.status, A.lastSeen, '']}
        keyOf={(agent) => agent.id}
        row={(agent) => {
          const { name, status, ...a } = agent.attributes;
          const drained = isDrained(agent);
          return [
            name ?? '–',
            drained ? (status === 'busy' ? A.draining : A.drained(status)) : status,
            <Age key="seen" at={a['last-ping-at']} />,
            <Button
              key="drain"
              variant="subtle"
              size="compact-xs"
              aria-label={`${drained ? A.resume : A.drain}: ${name ?? agent.id}`}
              title={drained ? A.resumeText : A.drainText}
              loading={change.isPending && change.variables.id === agent.id}
              onClick={() => change.mutate(agent)}
            >
              {drained ? A.resume : A.drain}
            </Button>,
          ];
        }}
      />
      <Refused error={change.error} />
      <ProviderStores pool={id} name={attributes.name} />
    </>
  );
}

/** What the pool's agents keep of providers; nothing for people who do not manage agents. */
function ProviderStores({ pool, name }: { pool: string; name: string }) {
  const { query } = useList(['provider-stores', pool], (page) =>
    client.providerStores.listOfPool(pool, page),
  );
  const [shown, setShown] = useState<string>();
  if (!query.data?.length) return null;
  const store = query.data.find(({ id }) => id === shown);
  return (
    <>
      <SimpleList
        query={query}
        title={`${name}: ${A.stores}`}
        columns={[words.form.name, A.kept, A.size, A.checked, A.damaged, '']}
        keyOf={({ id }) => id}
        row={({ id, attributes: a }) => [
          a.name,
          a['provider-count'],
          `${Math.ceil(a['size-bytes'] / 1024 ** 2).toLocaleString()} MB`,
          <Age key="checked" at={a['scrubbed-at']} />,
          a.damaged.length,
          <Button
            key="show"
            variant="subtle"
            size="compact-xs"
            aria-expanded={id === shown}
            onClick={() => setShown(id === shown ? undefined : id)}
          >
            {A.show}
          </Button>,
        ]}
      />
      {store !== undefined && <KeptProviders store={store} />}
    </>
  );
}
