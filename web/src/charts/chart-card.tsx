import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import table from '../parts/table.module.css';
import classes from './charts.module.css';

interface Props {
  title: string;
  text: string;
  /** The chart. */
  children: ReactNode;
  columns: readonly string[];
  rows: readonly { id: string; cells: readonly ReactNode[] }[];
}

/** A chart with a title, an explanation, and a table of its numbers. */
export const ChartCard = ({ title, text, children, columns, rows }: Props) => (
  <Card title={title}>
    <div className="stack">
      <p className="muted">{text}</p>
      {children}
      <details className={classes['table']}>
        <summary>{laterWords.trend.asTable}</summary>
        <div className={table['scroll']} tabIndex={0} role="region" aria-label={title}>
          <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
            <thead>
              <tr>
                {columns.map((name, index) => (
                  <th key={name} className={index === 0 ? undefined : table['end']}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, cells: [first, ...others] }) => (
                <tr key={id}>
                  <th scope="row">{first}</th>
                  {others.map((cell, index) => (
                    <td key={columns[index + 1]} className={table['end']} data-label={columns[index + 1]}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  </Card>
);
