import type { Workspace } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { MoreButton } from './more-button.tsx';
import { ResourceHistory } from './resource-history.tsx';
import { usePages } from './use-pages.ts';
import classes from './resources.module.css';

const R = laterWords.resource;

interface Props {
  workspace: Workspace;
  text: string;
  /** The address of the unfolded resource. */
  chosen: string | undefined;
  choose: (address: string | undefined) => void;
}

/** The managed resources, by address; each unfolds into its changes. */
export function ResourceList({ workspace, text, chosen, choose }: Props) {
  const { query, items, total } = usePages(['resources', 'search', text], workspace, (page) =>
    client.workspaces.resources(workspace.id, { ...page, search: text || undefined }),
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (items.length === 0) {
    return text === '' ? (
      <Empty title={R.none}>{R.noneText}</Empty>
    ) : (
      <Empty icon="search" title={R.noMatch} />
    );
  }
  // The resource in the page's address may be removed, or far below: it is then shown first.
  const isElsewhere = chosen !== undefined && !items.some(({ attributes }) => attributes.address === chosen);
  return (
    <>
      <p className={classes['total']}>{R.total(total ?? items.length)}</p>
      <ul className={classes['list']}>
        {isElsewhere && (
          <li>
            <Row address={chosen} changed={undefined} isOpen toggle={() => choose(undefined)} />
            <ResourceHistory workspace={workspace} address={chosen} />
          </li>
        )}
        {items.map(({ id, attributes: { address, 'updated-at': changed } }) => {
          const isOpen = address === chosen;
          return (
            <li key={id}>
              <Row
                address={address}
                changed={changed}
                isOpen={isOpen}
                toggle={() => choose(isOpen ? undefined : address)}
              />
              {isOpen && <ResourceHistory workspace={workspace} address={address} />}
            </li>
          );
        })}
      </ul>
      <MoreButton query={query} />
    </>
  );
}

interface RowProps {
  address: string;
  changed: string | undefined;
  isOpen: boolean;
  toggle: () => void;
}

const Row = ({ address, changed, isOpen, toggle }: RowProps) => (
  <button type="button" className={classes['resource']} aria-expanded={isOpen} onClick={toggle}>
    <span className={classes['chevron']} data-open={isOpen}>
      <Icon name="right" size={13} />
    </span>
    <span className="mono foreign">{visibleText(address)}</span>
    {changed !== undefined && (
      <span className={classes['when']}>
        {R.changed} <Age at={changed} />
      </span>
    )}
  </button>
);
