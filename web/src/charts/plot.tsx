import type { ReactNode } from 'react';
import { ticksFor } from './ticks.ts';
import { useWidth } from './use-width.ts';
import classes from './charts.module.css';

const HEIGHT_PX = 180;
const TOP_PX = 8;
const BOTTOM_PX = 6;
/** Space for the numbers at the left. */
const LEFT_PX = 74;

/** The area of the marks, in pixels of the chart. */
export interface Area {
  left: number;
  width: number;
  /** The position of 0. */
  bottom: number;
  yOf: (value: number) => number;
}

interface Props {
  /** A description for people who do not see the chart. */
  label: string;
  max: number;
  kind: 'number' | 'time';
  format: (value: number) => string;
  children: (area: Area) => ReactNode;
}

/** A chart with an axis from 0 at the left. Screen readers see one image: the table beside it has the numbers. */
export function Plot({ label, max, kind, format, children }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const ticks = ticksFor(max, kind);
  const top = ticks.at(-1) ?? 1;
  const bottom = HEIGHT_PX - BOTTOM_PX;
  const yOf = (value: number): number => bottom - (value / top) * (bottom - TOP_PX);
  return (
    <div ref={box} className={classes['plot']}>
      {width > LEFT_PX && (
        <svg width={width} height={HEIGHT_PX} role="img" aria-label={label}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={LEFT_PX} x2={width} y1={yOf(tick)} y2={yOf(tick)} className={classes['grid']} />
              <text x={LEFT_PX - 8} y={yOf(tick)} dy="0.32em" className={classes['tick']}>
                {format(tick)}
              </text>
            </g>
          ))}
          {children({ left: LEFT_PX, width: width - LEFT_PX, bottom, yOf })}
        </svg>
      )}
    </div>
  );
}
