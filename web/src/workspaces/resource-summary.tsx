import { Button } from '@mantine/core';
import type { Workspace } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import classes from './resources.module.css';

const W = words.page.workspace;
const FIRST = 8;
const MOST = 100;

/** What terraform manages here: how many of each type, and each by its address. */
export function ResourceSummary({ workspace }: { workspace: Workspace }) {
  const count = workspace.attributes['resource-count'];
  const [showsAll, setShowsAll] = useState(false);
  const resources = useQuery({
    queryKey: ['resources', workspace.id, count, workspace.attributes['latest-change-at']],
    queryFn: ({ signal }) => client.workspaces.resources(workspace.id, { pageSize: MOST, signal }),
    enabled: count > 0,
    placeholderData: (before) => before,
  });
  const list = resources.data?.data ?? [];
  const types = new Map<string, number>();
  for (const { attributes } of list)
    types.set(attributes['provider-type'], (types.get(attributes['provider-type']) ?? 0) + 1);
  const most = Math.max(1, ...types.values());
  return (
    <Card title={W.resources} aside={<span className="muted">{count}</span>}>
      {count === 0 ? (
        <p className="muted">{W.noResources}</p>
      ) : (
        <div className="stack">
          <ul className={classes['types']}>
            {[...types]
              .toSorted(([, a], [, b]) => b - a)
              .map(([type, number]) => (
                <li key={type}>
                  <code className="foreign">{type}</code>
                  <span className={classes['track']} aria-hidden>
                    <span style={{ width: `${String((number / most) * 100)}%` }} />
                  </span>
                  <b>{number}</b>
                </li>
              ))}
          </ul>
          <ul className={classes['addresses']}>
            {list.slice(0, showsAll ? undefined : FIRST).map(({ id, attributes: { address } }) => (
              <li key={id} className="mono foreign">
                {visibleText(address)}
              </li>
            ))}
          </ul>
          {!showsAll && list.length > FIRST && (
            <div>
              <Button variant="subtle" onClick={() => setShowsAll(true)}>
                {W.allResources(list.length)}
              </Button>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}
