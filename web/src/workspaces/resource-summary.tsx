import type { Workspace } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import { TypeList } from './type-list.tsx';
import classes from './resources.module.css';

const W = laterWords.page.workspace;
const FIRST = 8;

/** The resources that terraform manages here: the number of each type, and the first ones by address. */
export function ResourceSummary({ workspace }: { workspace: Workspace }) {
  const { org, workspace: name } = usePlace();
  const { 'resource-count': count, 'latest-change-at': changed } = workspace.attributes;
  const to = { to: '/$org/workspaces/$workspace/resources', params: { org, workspace: name } } as const;
  const resources = useQuery({
    queryKey: ['resources', 'first', workspace.id, count, changed],
    queryFn: ({ signal }) => client.workspaces.resources(workspace.id, { pageSize: FIRST, signal }),
    enabled: count > 0,
    placeholderData: (before) => before,
  });
  // A page of resources does not give the types of all.
  const state = useQuery({
    queryKey: ['states', 'current', workspace.id, count, changed],
    queryFn: ({ signal }) => client.stateVersions.current(workspace.id, { signal }),
    enabled: count > 0,
    placeholderData: (before) => before,
  });
  return (
    <Card title={W.resources} aside={<span className="muted">{count.toLocaleString('en')}</span>}>
      {count === 0 ? (
        <p className="muted">{W.noResources}</p>
      ) : (
        <div className="stack">
          <TypeList version={state.data} />
          <ul className={classes['addresses']}>
            {(resources.data?.data ?? []).map(({ id, attributes: { address } }) => (
              <li key={id}>
                <Link {...to} search={{ address }} className="mono foreign">
                  {visibleText(address)}
                </Link>
              </li>
            ))}
          </ul>
          {count > FIRST && <Link {...to}>{W.allResources(count)}</Link>}
        </div>
      )}
    </Card>
  );
}
