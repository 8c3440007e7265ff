import type { RunTrigger, Workspace } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { client } from '../session/client.ts';
import classes from './connections.module.css';

const C = laterWords.page.connections;
const MOST = 100;

/** The workspaces before and after this one: those whose applies start its runs, and those that need it. */
export function Connections({ org, workspace }: { org: string; workspace: Workspace }) {
  const { id, attributes: a } = workspace;
  const page = { pageSize: MOST };
  const before = useQuery({
    queryKey: ['run-triggers', id, 'inbound'],
    queryFn: ({ signal }) => client.runTriggers.list(id, 'inbound', { ...page, signal }),
  });
  const after = useQuery({
    queryKey: ['run-triggers', id, 'outbound'],
    queryFn: ({ signal }) => client.runTriggers.list(id, 'outbound', { ...page, signal }),
  });
  const readers = useQuery({
    queryKey: ['remote-state-consumers', id],
    queryFn: ({ signal }) => client.workspaces.remoteStateConsumers(id, { ...page, signal }),
    enabled: a['global-remote-state'] !== true,
  });
  const names = (triggers: readonly RunTrigger[] | undefined, key: 'sourceable-name' | 'workspace-name') =>
    (triggers ?? []).map(({ attributes }) => attributes[key]);
  const sources = names(before.data?.data, 'sourceable-name');
  const targets = names(after.data?.data, 'workspace-name');
  const consumers = (readers.data?.data ?? []).map(({ attributes }) => attributes.name);
  const isReadByAll = a['global-remote-state'] === true;
  if (sources.length + targets.length + consumers.length === 0 && !isReadByAll) return null;
  return (
    <Card title={C.title}>
      <div className={classes['flow']}>
        <Side title={C.before} org={org} names={sources} none={C.nothingBefore} />
        <span className={classes['here']}>
          <Arrow />
          <b className="foreign">{a.name}</b>
          <Arrow />
        </span>
        <div className="stack">
          <Side title={C.after} org={org} names={targets} none={C.nothingAfter} />
          <Side title={C.readers} org={org} names={consumers} none={isReadByAll ? C.all : C.nobody} />
        </div>
      </div>
    </Card>
  );
}

const Arrow = () => (
  <span className={classes['arrow']}>
    <Icon name="arrow" size={15} />
  </span>
);

function Side({
  title,
  org,
  names,
  none,
}: {
  title: string;
  org: string;
  names: readonly string[];
  none: ReactNode;
}) {
  return (
    <div className={classes['side']}>
      <h3>{title}</h3>
      {names.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul>
          {names.map((name) => (
            <li key={name}>
              <Link to="/$org/workspaces/$workspace" params={{ org, workspace: name }} className="foreign">
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
