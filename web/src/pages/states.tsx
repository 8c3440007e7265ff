import { Button } from '@mantine/core';
import { relatedId, type Resource, type StateVersion } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { Age } from '../parts/time.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { RollbackButton } from '../states/rollback-button.tsx';
import { StateDiff } from '../states/state-diff.tsx';
import classes from '../states/states.module.css';

const S = laterWords.page.states;

/** Every state of the workspace, the newest first, with the differences to the one before. */
export function StatesPage() {
  const { org, workspace: name } = usePlace();
  useTitle(S.title, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  const [search, setSearch] = useSearchState();
  const states = useQuery({
    queryKey: ['states', org, name, workspace?.attributes['latest-change-at']],
    queryFn: ({ signal }) =>
      client.stateVersions.list({
        organization: org,
        workspace: name,
        include: ['created_by'],
        pageSize: 50,
        signal,
      }),
    placeholderData: (before) => before,
  });
  if (states.isPending || workspace === undefined) return <Loading />;
  if (states.isError) return <Failed error={states.error} retry={() => void states.refetch()} />;
  const { data, included = [] } = states.data;
  if (data.length === 0) {
    return (
      <Empty icon="file" title={S.none}>
        {S.noneText}
      </Empty>
    );
  }
  const current = relatedId(workspace, 'current-state-version');
  const mayWrite = workspace.attributes.permissions['can-create-state-versions'] === true;
  return (
    <Card title={S.title} flush>
      <ol className={classes['list']}>
        {data.map((version, index) => {
          const isOpen = search['version'] === version.id;
          const { attributes: a } = version;
          return (
            <li key={version.id}>
              <div className={classes['row']}>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  className={classes['serial']}
                  onClick={() => setSearch({ version: isOpen ? '' : version.id })}
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
              {isOpen && <StateDiff version={version} before={data[index + 1]} />}
            </li>
          );
        })}
      </ol>
    </Card>
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
