import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import table from '../parts/table.module.css';

interface Props<Item> {
  query: UseQueryResult<readonly Item[]>;
  columns: readonly string[];
  /** The cells of a row; the first one names it. */
  row: (item: Item) => readonly ReactNode[];
  keyOf: (item: Item) => string;
  title?: string;
  aside?: ReactNode;
}

/** A list that is read at once: settings have few of each. */
export function SimpleList<Item>({ query, columns, row, keyOf, title, aside }: Props<Item>) {
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Card title={title} aside={aside} flush>
      {query.data.length === 0 ? (
        <Empty icon="list" title={laterWords.setting.none} />
      ) : (
        <div className={table['scroll']}>
          <table className={table['table']}>
            <thead>
              <tr>
                {columns.map((column, index) =>
                  column === '' ? (
                    <td key={index} />
                  ) : (
                    <th key={index} scope="col">
                      {column}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {query.data.map((item) => {
                const [first, ...rest] = row(item);
                return (
                  <tr key={keyOf(item)}>
                    <th scope="row" className="foreign">
                      {first}
                    </th>
                    {rest.map((cell, index) => (
                      <td key={index} className="foreign">
                        {cell}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
