import { visibleText } from '../parts/visible-text.ts';
import { RowTable } from '../parts/row-table.tsx';

/** A name, and its value in each of the two runs. */
export type ComparedRow = readonly [name: string, first: string, second: string];

interface Props {
  ids: readonly [string, string];
  rows: readonly ComparedRow[];
  /** The names are code, such as addresses. */
  isCode?: boolean;
}

/** Two runs in two columns. Values that differ are bold. */
export const ComparedTable = ({ ids, rows, isCode = false }: Props) => (
  <RowTable
    columns={['', ...ids]}
    items={rows}
    keyOf={([name]) => name}
    nameClass={isCode ? 'mono foreign' : 'foreign'}
    row={([name, first, second]) => [
      visibleText(name),
      ...[first, second].map((value) =>
        first === second ? visibleText(value) : <b key="differs">{visibleText(value)}</b>,
      ),
    ]}
  />
);
