import { Plot } from './plot.tsx';
import classes from './charts.module.css';

export interface Column {
  id: string;
  /** Shown while the pointer rests on the column. */
  title: string;
  /** In the order of the parts. */
  values: readonly number[];
}

interface Props {
  label: string;
  /** The names of the parts, from below. */
  parts: readonly string[];
  columns: readonly Column[];
  kind: 'number' | 'time';
  format: (value: number) => string;
}

const WIDEST_PX = 28;
const GAP_PX = 2;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Stacked columns. */
export function Columns({ label, parts, columns, kind, format }: Props) {
  const max = Math.max(...columns.map(({ values }) => sum(values)));
  return (
    <>
      <Plot label={label} max={max} kind={kind} format={format}>
        {({ left, width, yOf }) => {
          const each = Math.min(WIDEST_PX, width / columns.length);
          const thick = Math.max(1, each - GAP_PX);
          return columns.map(({ id, title, values }, index) => (
            <g key={id}>
              <title>{title}</title>
              {values.map((_, part) => {
                const from = yOf(sum(values.slice(0, part)));
                const to = yOf(sum(values.slice(0, part + 1)));
                // The newest column is at the right, however few there are.
                const x = left + width - (columns.length - index) * each;
                return (
                  <rect
                    key={parts[part]}
                    x={x}
                    y={to}
                    width={thick}
                    height={Math.max(0, from - to)}
                    className={classes['part']}
                    data-part={part}
                  />
                );
              })}
            </g>
          ));
        }}
      </Plot>
      <ul className={classes['legend']} aria-hidden>
        {parts.map((name, part) => (
          <li key={name} data-part={part}>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}
