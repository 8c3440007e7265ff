import { TextInput } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useSearchState } from '../place/use-search-state.ts';
import { useTitle } from '../shell/use-title.ts';
import { ComparedTable } from './compared-table.tsx';
import { ConfigurationDiff } from './configuration-diff.tsx';
import { differingChanges, differingVariables, factsOf } from './differences.ts';
import { useSide } from './use-side.ts';

const C = laterWords.page.compare;

/** Two runs side by side: their facts and times, and the variables, changes and files in which they differ. */
export function ComparePage() {
  useTitle(C.title);
  const [{ a = '', b = '' }, setSearch] = useSearchState();
  return (
    <>
      <PageHead title={C.title} text={C.text} />
      <div className="row" style={{ marginBottom: 16 }}>
        <TextInput
          size="xs"
          label={C.first}
          value={a}
          placeholder="run-…"
          onChange={({ currentTarget }) => setSearch({ a: currentTarget.value.trim() })}
        />
        <TextInput
          size="xs"
          label={C.second}
          value={b}
          placeholder="run-…"
          onChange={({ currentTarget }) => setSearch({ b: currentTarget.value.trim() })}
        />
      </div>
      {isRunId(a) && isRunId(b) ? <Comparison a={a} b={b} /> : <Empty icon="swap" title={C.choose} />}
    </>
  );
}

const isRunId = (text: string): boolean => /^run-[A-Za-z0-9]{16}$/.test(text);

function Comparison({ a, b }: { a: string; b: string }) {
  const first = useSide(a);
  const second = useSide(b);
  const failed = [first, second].find(({ error }) => error !== null);
  if (failed !== undefined) return <Failed error={failed.error} retry={failed.retry} />;
  const [one, other] = [first.side, second.side];
  if (one === undefined || other === undefined) return <Loading />;
  const changes = differingChanges(one.plan, other.plan);
  const variables = differingVariables(one.view, other.view);
  const ids = [a, b] as const;
  return (
    <div className="stack">
      <Card flush>
        <ComparedTable
          ids={ids}
          rows={factsOf(one.view).map(([name, value], index) => [
            name,
            value,
            factsOf(other.view)[index]?.[1] ?? '',
          ])}
        />
      </Card>
      <Card title={C.changes} flush={changes.length > 0}>
        {one.plan === null || other.plan === null ? (
          <p className="muted">{C.noPlan}</p>
        ) : changes.length === 0 ? (
          <p className="muted">{C.same}</p>
        ) : (
          <ComparedTable ids={ids} rows={changes} isCode />
        )}
      </Card>
      <Card title={C.variables} flush={variables.length > 0}>
        {variables.length === 0 ? (
          <p className="muted">{C.sameVariables}</p>
        ) : (
          <ComparedTable ids={ids} rows={variables} isCode />
        )}
      </Card>
      <ConfigurationDiff first={one.configurationId} second={other.configurationId} />
    </div>
  );
}
