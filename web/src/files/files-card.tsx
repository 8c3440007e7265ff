import { ApiError } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { laterWords } from '../words/later-words.ts';
import type { FollowedLog } from '../log/use-log.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { useSearchState } from '../place/use-search-state.ts';
import { client } from '../session/client.ts';
import { FileContent } from './file-content.tsx';
import { FileList } from './file-list.tsx';
import { ProblemList } from './problem-list.tsx';
import { problemsOf } from './problems.ts';
import classes from './files.module.css';

interface Props {
  /** The id of the configuration version. */
  id: string;
  workingDirectory: string;
  logs: readonly FollowedLog[];
}

/** The files of the run's configuration, with the problems that its logs report in them. */
export function FilesCard({ id, workingDirectory, logs }: Props) {
  const [search, setSearch] = useSearchState();
  const files = useQuery({
    queryKey: ['configuration-files', id],
    queryFn: ({ signal }) => client.configurationVersions.files(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const versions = logs.map(({ version }) => version).join();
  const problems = useMemo(
    () =>
      problemsOf(
        logs.flatMap(({ store }) => store.diagnostics),
        workingDirectory,
      ),
    // `versions` changes when one of the logs has grown.
    [versions, workingDirectory],
  );
  if (files.isPending) return <Loading />;
  if (files.isError) {
    const isGone = files.error instanceof ApiError && files.error.code === 'not_found';
    return (
      <Card title={laterWords.file.title}>
        {isGone ? (
          <Empty icon="file" title={laterWords.file.gone}>
            {laterWords.file.goneText}
          </Empty>
        ) : (
          <Failed error={files.error} retry={() => void files.refetch()} />
        )}
      </Card>
    );
  }
  const { data, meta } = files.data;
  const total = Number(meta?.['total-count'] ?? data.length);
  const path = search['file'] ?? problems[0]?.path;
  const open = (next: string, line?: number): void => setSearch({ file: next, line: line?.toString() });
  return (
    <Card title={laterWords.file.title} flush>
      <ProblemList problems={problems} open={open} has={(file) => data.some((each) => each.id === file)} />
      {data.length === 0 ? (
        <Empty icon="file" title={laterWords.file.empty} />
      ) : (
        <div className={classes['columns']}>
          <FileList files={data} total={total} problems={problems} path={path} open={open} />
          {path === undefined ? (
            <Empty icon="file" title={laterWords.file.choose} />
          ) : (
            <FileContent
              key={path}
              id={id}
              path={path}
              line={lineOf(search['line'])}
              problems={problems.filter((problem) => problem.path === path)}
            />
          )}
        </div>
      )}
    </Card>
  );
}

function lineOf(text: string | undefined): number | undefined {
  const line = Number(text);
  return Number.isSafeInteger(line) && line > 0 ? line : undefined;
}
