import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { FileLines } from './file-lines.tsx';
import type { Problem } from './problems.ts';
import classes from './files.module.css';

interface Props {
  /** The id of the configuration version. */
  id: string;
  path: string;
  /** The line to scroll to. */
  line: number | undefined;
  problems: readonly Problem[];
}

export function FileContent({ id, path, line, problems }: Props) {
  const file = useQuery({
    queryKey: ['configuration-file', id, path],
    queryFn: async ({ signal }) =>
      (await client.configurationVersions.readFile(id, path, { signal })) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return (
    <div className={classes['file']}>
      <h3 className="mono foreign">{visibleText(path)}</h3>
      {file.isPending && <Loading />}
      {file.isError && <Failed error={file.error} retry={() => void file.refetch()} />}
      {file.data === null && <Empty icon="file" title={laterWords.file.missing} />}
      {file.data !== undefined && file.data !== null && (
        <Content attributes={file.data.attributes} line={line} problems={problems} />
      )}
    </div>
  );
}

interface ContentProps extends Pick<Props, 'line' | 'problems'> {
  attributes: {
    readonly path: string;
    readonly 'link-target': string | null;
    readonly content?: string | null;
    readonly truncated?: boolean;
  };
}

function Content({ attributes, line, problems }: ContentProps) {
  const { path, content, truncated, 'link-target': target } = attributes;
  if (target !== null)
    return (
      <p className={classes['note']}>
        {laterWords.file.linkTo} <code className="foreign">{visibleText(target)}</code>
      </p>
    );
  if (typeof content !== 'string') return <p className={classes['note']}>{laterWords.file.binary}</p>;
  return (
    <>
      {truncated === true && <p className={classes['note']}>{laterWords.file.truncated}</p>}
      {content === '' ? (
        <p className={classes['note']}>{laterWords.file.emptyFile}</p>
      ) : (
        <FileLines path={path} text={content} line={line} problems={problems} />
      )}
    </>
  );
}
