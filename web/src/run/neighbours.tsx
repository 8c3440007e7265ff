import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';
import classes from './neighbours.module.css';

const N = laterWords.neighbours;

/** Leads to the runs of the workspace before and after this one, and to a comparison with another. */
export function Neighbours({ view }: { view: RunView }) {
  const { org, workspace } = usePlace();
  const { run } = view;
  const workspaceId = relatedId(run, 'workspace');
  const neighbours = useQuery({
    queryKey: ['neighbours', run.id],
    queryFn: ({ signal }) => readNeighbours(workspaceId ?? '', run.id, signal),
    enabled: workspaceId !== undefined,
  });
  const { previous, next } = neighbours.data ?? {};
  const to = (id: string) =>
    ({ to: '/$org/workspaces/$workspace/runs/$run', params: { org, workspace, run: id } }) as const;
  return (
    <nav className={classes['neighbours']} aria-label={N.label}>
      {previous !== undefined && (
        <Link {...to(previous)}>
          <span className={classes['back']}>
            <Icon name="arrow" size={13} />
          </span>
          {N.previous}
        </Link>
      )}
      {next !== undefined && (
        <Link {...to(next)}>
          {N.next}
          <Icon name="arrow" size={13} />
        </Link>
      )}
      <Link
        to="/$org/compare"
        params={{ org }}
        search={previous === undefined ? { a: run.id } : { a: previous, b: run.id }}
      >
        <Icon name="swap" size={13} />
        {previous === undefined ? N.compare : N.comparePrevious}
      </Link>
    </nav>
  );
}

async function readNeighbours(
  workspaceId: string,
  run: string,
  signal: AbortSignal,
): Promise<{ previous: string | undefined; next: string | undefined }> {
  const one = { pageSize: 1, signal };
  const [older, newer] = await Promise.all([
    client.runs.listInWorkspace(workspaceId, { olderThan: run, ...one }),
    client.runs.listInWorkspace(workspaceId, { newerThan: run, ...one }),
  ]);
  // Lists begin with the newest: the next run is the last of the newer ones.
  const count = newer.meta?.pagination?.['total-count'] ?? 1;
  const last =
    count > 1
      ? await client.runs.listInWorkspace(workspaceId, { newerThan: run, pageNumber: count, ...one })
      : newer;
  return { previous: older.data[0]?.id, next: last.data[0]?.id };
}
