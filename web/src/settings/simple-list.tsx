import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { RowTable } from '../parts/row-table.tsx';

interface Props<Item> {
  query: UseQueryResult<readonly Item[]>;
  columns: readonly string[];
  /** The cells of a row; the first one names it. */
  row: (item: Item) => readonly ReactNode[];
  keyOf: (item: Item) => string;
  title?: string;
  aside?: ReactNode;
}

/** A list that is read whole: settings have few of each. */
export function SimpleList<Item>({ query, columns, row, keyOf, title, aside }: Props<Item>) {
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <Card title={title} aside={aside} flush>
      {query.data.length === 0 ? (
        <Empty icon="list" title={laterWords.setting.none} />
      ) : (
        <RowTable columns={columns} items={query.data} keyOf={keyOf} row={row} />
      )}
    </Card>
  );
}
