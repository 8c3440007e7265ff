import { relatedId, type Workspace } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import { Failed, Loading } from '../parts/page-state.tsx';
import { client } from '../session/client.ts';
import { ActionMark } from './action-mark.tsx';
import { ChangeAuthor } from './change-author.tsx';
import { MoreButton } from './more-button.tsx';
import { usePages } from './use-pages.ts';
import classes from './resources.module.css';

const R = laterWords.resource;

/** Every state that created, changed or removed a resource, the newest first, with its run. */
export function ResourceHistory({ workspace, address }: { workspace: Workspace; address: string }) {
  const { query, items, included } = usePages(['resources', 'history', address], workspace, (page) =>
    client.workspaces.resourceChanges(workspace.id, { ...page, address, include: ['run', 'created_by'] }),
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const isWhole = query.hasNextPage || items.at(-1)?.attributes.action === 'create';
  return (
    <div className={classes['history']}>
      {items.length === 0 ? (
        <p className="muted">{R.noHistory}</p>
      ) : (
        <ol aria-label={R.history(visibleText(address))}>
          {items.map((change) => (
            <li key={change.id}>
              <ActionMark action={change.attributes.action} />
              <ChangeAuthor
                change={change}
                version={relatedId(change, 'state-version') ?? ''}
                included={included}
              />
            </li>
          ))}
        </ol>
      )}
      {items.length > 0 && !isWhole && <p className="muted">{R.earlier}</p>}
      <MoreButton query={query} />
    </div>
  );
}
