import type { ReactNode } from 'react';
import table from './table.module.css';

interface Props<Item> {
  /** An empty name is for cells that need none, such as buttons. */
  columns: readonly string[];
  items: readonly Item[];
  keyOf: (item: Item, index: number) => string | number;
  /** The cells of a row; the first one names it. */
  row: (item: Item) => readonly ReactNode[];
  /** The class of the cells that name their rows. */
  nameClass?: string;
}

/** A table with one named thing and its facts per row. */
export function RowTable<Item>({ columns, items, keyOf, row, nameClass = 'foreign' }: Props<Item>) {
  return (
    <div className={table['scroll']}>
      <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
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
          {items.map((item, at) => {
            const [first, ...rest] = row(item);
            return (
              <tr key={keyOf(item, at)}>
                <th scope="row" className={nameClass}>
                  {first}
                </th>
                {rest.map((cell, index) => (
                  <td key={index} className="foreign" data-label={columns[index + 1] || undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
