import { Plot } from './plot.tsx';
import classes from './charts.module.css';

export interface Point {
  id: string;
  title: string;
  value: number;
}

interface Props {
  label: string;
  points: readonly Point[];
  format: (value: number) => string;
}

const DOT_PX = 3;

/** A step chart: one step for each known value. */
export function Steps({ label, points, format }: Props) {
  const max = Math.max(...points.map(({ value }) => value));
  return (
    <Plot label={label} max={max} kind="number" format={format}>
      {({ left, width, bottom, yOf }) => {
        const xOf = (index: number): number => left + (index / points.length) * width;
        const line = points
          .map(({ value }, index) => `V${String(yOf(value))}H${String(xOf(index + 1))}`)
          .join('')
          .replace(/^V/, `M${String(left)} `);
        const area = `${line}V${String(bottom)}H${String(left)}Z`;
        return (
          <>
            <path d={area} className={classes['area']} />
            <path d={line} className={classes['line']} />
            {points.map(({ id, title, value }, index) => (
              <circle key={id} cx={xOf(index + 0.5)} cy={yOf(value)} r={DOT_PX} className={classes['dot']}>
                <title>{title}</title>
              </circle>
            ))}
          </>
        );
      }}
    </Plot>
  );
}
