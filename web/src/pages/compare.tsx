import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { planQuery } from '../changes/use-plan.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { runQuery } from '../session/reads.ts';
import { countsText, viewDocument } from '../run/run-view.ts';
import { useTitle } from '../shell/use-title.ts';
import table from '../parts/table.module.css';

const C = laterWords.page.compare;

/** Two runs side by side: their facts, and the changes that only one of them has. */
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
  const addresses = [...new Set([...first.actions.keys(), ...second.actions.keys()])].toSorted();
  const different = addresses.filter((address) => first.actions.get(address) !== second.actions.get(address));
  return (
    <Card flush>
      <div className={table['scroll']}>
        <table className={table['table']}>
          <thead>
            <tr>
              <td />
              <th scope="col">{a}</th>
              <th scope="col">{b}</th>
            </tr>
          </thead>
          <tbody>
            {first.facts.map(([name, value], index) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="foreign">{value}</td>
                <td className="foreign">{second.facts[index]?.[1]}</td>
              </tr>
            ))}
            {different.map((address) => (
              <tr key={address}>
                <th scope="row" className="mono foreign">
                  {visibleText(address)}
                </th>
                <td>{first.actions.get(address) ?? '–'}</td>
                <td>{second.actions.get(address) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {different.length === 0 && <p style={{ padding: 16 }}>{C.same}</p>}
    </Card>
  );
}

function useSide(id: string): {
  facts: readonly (readonly [string, string])[];
  actions: ReadonlyMap<string, string>;
} {
  const run = useQuery(runQuery(id));
  const plan = useQuery(planQuery(id));
  const view = run.data === undefined ? undefined : viewDocument(run.data);
  const facts = [
    [words.page.runs.message, view === undefined ? '…' : visibleText(view.message)],
    [words.page.runs.status, view === undefined ? '…' : (words.run.status[view.status] ?? view.status)],
    [words.page.runs.changes, view === undefined ? '…' : countsText(view.counts, false)],
    [words.run.facts.version, view?.run.attributes['terraform-version'] ?? '–'],
    [words.run.facts.by, view?.createdBy ?? '–'],
  ] as const;
  const actions = new Map(
    plan.data?.changes.map(({ address, action }) => [address, words.change.action[action]]) ?? [],
  );
  return { facts, actions };
}
