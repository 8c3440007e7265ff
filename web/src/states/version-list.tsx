import { Button } from '@mantine/core';
import { relatedId, type Resource, type StateVersion, type Workspace } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { Age } from '../parts/time.tsx';
import { usePlace } from '../place/use-place.ts';
import { MoreButton } from '../resources/more-button.tsx';
import { usePages } from '../resources/use-pages.ts';
import { client } from '../session/client.ts';
import { RollbackButton } from './rollback-button.tsx';
import { StateDiff } from './state-diff.tsx';
import classes from './states.module.css';

const S = laterWords.page.states;
const VERSIONS_AT_ONCE = 50;

interface Props {
  workspace: Workspace;
  /** The id of the unfolded version. */
  chosen: string | undefined;
  /** The id of the version that it is compared with; undefined: the one before it. */
  other: string | undefined;
  choose: (version: string | undefined, other: string | undefined) => void;
}

/** Every state of the workspace, the newest first, with the differences to another one. */
export function VersionList({ workspace, chosen, other, choose }: Props) {
  const { org, workspace: name } = usePlace();
  const { query, items, included } = usePages(
    ['states', org, name],
    workspace,
    (page) =>
      client.stateVersions.list({ ...page, organization: org, workspace: name, include: ['created_by'] }),
    VERSIONS_AT_ONCE,
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (items.length === 0) {
    return (
      <Empty icon="file" title={S.none}>
        {S.noneText}
      </Empty>
    );
  }
  const current = relatedId(workspace, 'current-state-version');
  const mayWrite = workspace.attributes.permissions['can-create-state-versions'] === true;
  return (
    <>
      <ol className={classes['list']}>
        {items.map((version, index) => {
          const isOpen = chosen === version.id;
          const { attributes: a } = version;
          return (
            <li key={version.id}>
              <div className={classes['row']}>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  className={classes['serial']}
                  onClick={() => choose(isOpen ? undefined : version.id, undefined)}
                >
                  {S.serial} {a.serial}
                </button>
                {version.id === current && <Badge>{S.current}</Badge>}
                <span className="muted">
                  <Age at={a['created-at']} /> · {authorOf(version, included)}
                </span>
                <span className={classes['tools']}>
                  <RunLink org={org} workspace={name} version={version} />
                  {mayWrite && version.id !== current && (
                    <RollbackButton workspace={workspace} version={version} />
                  )}
                  {a['hosted-state-download-url'] && a.permissions?.['can-download'] === true && (
                    <Button
                      component="a"
                      href={new URL(a['hosted-state-download-url']).pathname}
                      download
                      variant="subtle"
                      color="gray"
                      size="compact-xs"
                    >
                      {S.download}
                    </Button>
                  )}
                </span>
              </div>
              {isOpen && (
                <StateDiff
                  version={version}
                  before={items.find(({ id }) => id === other) ?? items[index + 1]}
                  versions={items}
                  compareWith={(id) => choose(version.id, id)}
                />
              )}
            </li>
          );
        })}
      </ol>
      <MoreButton query={query} />
    </>
  );
}

function authorOf(version: StateVersion, included: readonly Resource[]): string {
  const id = relatedId(version, 'created-by');
  const name = included.find((each) => each.id === id)?.attributes['username'];
  return typeof name === 'string' ? name : words.run.bySystem;
}

function RunLink({ org, workspace, version }: { org: string; workspace: string; version: StateVersion }) {
  const run = relatedId(version, 'run');
  if (run === undefined) return null;
  return (
    <Link to="/$org/workspaces/$workspace/runs/$run" params={{ org, workspace, run }}>
      <code>{run}</code>
    </Link>
  );
}
