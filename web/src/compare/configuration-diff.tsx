import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { DiffView } from '../changes/diff-view.tsx';
import { Card } from '../parts/card.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';

const C = laterWords.page.compare;
/** More files are not read one by one. */
const MOST_READ = 40;

interface FileDifference {
  path: string;
  /** null: there is no such file, or it is not text. */
  before: string | null;
  after: string | null;
}

/** The files in which two configurations differ, line by line. */
export function ConfigurationDiff({
  first,
  second,
}: {
  first: string | undefined;
  second: string | undefined;
}) {
  const isSame = first === second;
  const compared = useQuery({
    queryKey: ['configuration-differences', first, second],
    queryFn: ({ signal }) => compareFiles(first ?? '', second ?? '', signal),
    enabled: !isSame && first !== undefined && second !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (first === undefined || second === undefined) return null;
  if (compared.isError) return <Failed error={compared.error} retry={() => void compared.refetch()} />;
  if (!isSame && compared.data === undefined) return <Loading />;
  const { differences = [], isPartial = false } = compared.data ?? {};
  return (
    <Card title={C.configuration}>
      <div className="stack">
        {differences.length === 0 && <p className="muted">{C.sameConfiguration}</p>}
        {isPartial && <p className="muted">{C.someFiles(MOST_READ)}</p>}
        {differences.map(({ path, before, after }) => (
          <div key={path}>
            <h3 className="mono foreign">{visibleText(path)}</h3>
            {before === null && after === null ? (
              <p className="muted">{C.notText}</p>
            ) : (
              <DiffView json={{ before, after }} />
            )}
          </div>
        ))}
      </div>
    </Card>
  );
}

async function compareFiles(
  first: string,
  second: string,
  signal: AbortSignal,
): Promise<{ differences: readonly FileDifference[]; isPartial: boolean }> {
  const [was, is] = await Promise.all([first, second].map(async (id) => await filesOf(id, signal)));
  const paths = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].toSorted();
  const read = async (id: string, path: string): Promise<string | null> =>
    (await client.configurationVersions.readFile(id, path, { signal }))?.attributes.content ?? null;
  const differences: FileDifference[] = [];
  for (const path of paths.slice(0, MOST_READ)) {
    const [before, after] = await Promise.all([
      was?.has(path) === true ? read(first, path) : null,
      is?.has(path) === true ? read(second, path) : null,
    ]);
    if (before !== after || was?.get(path) !== is?.get(path)) differences.push({ path, before, after });
  }
  return { differences, isPartial: paths.length > MOST_READ };
}

/** The size of each file. */
async function filesOf(id: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const { data } = await client.configurationVersions.files(id, { signal });
  return new Map(data.map(({ attributes }) => [attributes.path, attributes['size-bytes']]));
}
