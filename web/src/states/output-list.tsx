import type { Workspace } from '@runwright/client';
import { writeExactJson } from '@runwright/models';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { DiffView } from '../changes/diff-view.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { ActionMark } from '../resources/action-mark.tsx';
import { ChangeAuthor } from '../resources/change-author.tsx';
import { MoreButton } from '../resources/more-button.tsx';
import { usePages } from '../resources/use-pages.ts';
import { client } from '../session/client.ts';
import { diffOf } from './diff-of.ts';
import { outputHistories, outputsIn, type OutputHistory } from './output-histories.ts';
import resources from '../resources/resources.module.css';
import classes from './states.module.css';

const S = laterWords.page.states;
/** Each comes with all its outputs. */
const VERSIONS_AT_ONCE = 20;

interface Props {
  workspace: Workspace;
  /** The name of the unfolded output. */
  chosen: string | undefined;
  choose: (name: string | undefined) => void;
}

/** The outputs, by name; each unfolds into the states that changed its value, with their runs. */
export function OutputList({ workspace, chosen, choose }: Props) {
  const { org, workspace: name } = usePlace();
  const { query, items, included } = usePages(
    ['states', 'outputs', org, name],
    workspace,
    (page) =>
      client.stateVersions.list({
        ...page,
        organization: org,
        workspace: name,
        status: 'finalized',
        include: ['outputs', 'created_by', 'run'],
      }),
    VERSIONS_AT_ONCE,
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  const histories = outputHistories(items, outputsIn(included), !query.hasNextPage);
  if (histories.length === 0) {
    return (
      <Empty icon="list" title={S.noOutputs}>
        {S.noOutputsText}
      </Empty>
    );
  }
  return (
    <>
      <p className={resources['total']}>{(query.hasNextPage ? S.outputsOf : S.allOutputsOf)(items.length)}</p>
      <ul className={resources['list']}>
        {histories.map((history) => {
          const isOpen = history.name === chosen;
          return (
            <li key={history.name}>
              <Row
                history={history}
                isOpen={isOpen}
                toggle={() => choose(isOpen ? undefined : history.name)}
              />
              {isOpen && (
                <div className={resources['history']}>
                  {isSensitive(history) && <p className="muted">{S.sensitiveHistory}</p>}
                  {history.changes.length === 0 && <p className="muted">{S.neverChanged}</p>}
                  <ol aria-label={S.outputHistory(visibleText(history.name))}>
                    {history.changes.map((change) => (
                      <li key={change.version.id}>
                        <ActionMark action={change.action} />
                        <div>
                          <ChangeAuthor
                            change={change.version}
                            version={change.version.id}
                            included={included}
                          />
                          <DiffView json={diffOf(change)} />
                        </div>
                      </li>
                    ))}
                  </ol>
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <MoreButton query={query} />
    </>
  );
}

const isSensitive = ({ now, changes }: OutputHistory): boolean =>
  (now ?? changes[0]?.before)?.attributes.sensitive === true;

function Row({
  history: { name, now, changes },
  isOpen,
  toggle,
}: {
  history: OutputHistory;
  isOpen: boolean;
  toggle: () => void;
}) {
  return (
    <button type="button" className={classes['output']} aria-expanded={isOpen} onClick={toggle}>
      <span className={resources['chevron']} data-open={isOpen}>
        <Icon name="right" size={13} />
      </span>
      <span className="mono foreign">{visibleText(name)}</span>
      <span className={`${classes['value'] ?? ''} mono foreign`}>
        {now === undefined ? (
          <span className="muted">{S.outputGone}</span>
        ) : now.attributes.sensitive ? (
          <span className="muted">
            <Icon name="lock" size={12} /> {words.change.sensitive}
          </span>
        ) : (
          visibleText(writeExactJson(now.attributes.value))
        )}
      </span>
      <span className={resources['when']}>
        {S.changedTimes(changes.filter(({ action }) => action !== 'create').length)}
      </span>
    </button>
  );
}
