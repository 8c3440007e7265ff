import { relatedId, type ResourceChange, type Workspace } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import { ActionMark } from './action-mark.tsx';
import { ChangeAuthor } from './change-author.tsx';
import { groupByVersion } from './group-by-version.ts';
import { MoreButton } from './more-button.tsx';
import { usePages } from './use-pages.ts';
import classes from './resources.module.css';

const R = laterWords.resource;

/** State by state, the newest first: its run, and the resources that it created, changed and removed. */
export function ChangeTimeline({ workspace, text }: { workspace: Workspace; text: string }) {
  const { query, items, included } = usePages(['resources', 'changes', text], workspace, (page) =>
    client.workspaces.resourceChanges(workspace.id, {
      ...page,
      search: text || undefined,
      include: ['run', 'created_by'],
    }),
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (items.length === 0) {
    return text === '' ? (
      <Empty title={R.noChanges}>{R.noChangesText}</Empty>
    ) : (
      <Empty icon="search" title={R.noChangesMatch} />
    );
  }
  return (
    <>
      <ol className={classes['timeline']}>
        {groupByVersion(items).map(([first, ...others]) => (
          <li key={relatedId(first, 'state-version')}>
            <div className={classes['version']}>
              <ChangeAuthor
                change={first}
                version={relatedId(first, 'state-version') ?? ''}
                included={included}
              />
            </div>
            <Changes changes={[first, ...others]} />
          </li>
        ))}
      </ol>
      <MoreButton query={query} />
    </>
  );
}

function Changes({ changes }: { changes: readonly ResourceChange[] }) {
  const { org, workspace } = usePlace();
  return (
    <ul className={classes['changes']}>
      {changes.map(({ id, attributes: { action, address } }) => (
        <li key={id}>
          <ActionMark action={action} />
          <Link
            to="/$org/workspaces/$workspace/resources"
            params={{ org, workspace }}
            search={{ address }}
            className="mono foreign"
          >
            {visibleText(address)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
