import { useEffect, useMemo, useRef } from 'react';
import { laterWords } from '../words/later-words.ts';
import { actionIcon } from '../changes/action-look.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { GraphNode } from './build-graph.ts';
import { layOut, type Place } from './lay-out.ts';
import { nodeText, weightiest } from './node-text.ts';
import classes from './graph.module.css';

const WIDTH = 184;
const HEIGHT = 46;
const BETWEEN_COLUMNS = 44;
const BETWEEN_ROWS = 14;
const EDGE = 12;
/** More boxes are not readable; the list of changes has all. */
const MOST = 400;

interface Props {
  nodes: readonly GraphNode[];
  chosen: GraphNode | undefined;
  choose: (id: string) => void;
}

/** Boxes with arrows from their dependencies. The boxes are buttons whose labels say the same in words. */
export function GraphPicture({ nodes, chosen, choose }: Props) {
  const shown = useMemo(() => nodes.slice(0, MOST), [nodes]);
  const places = useMemo(() => layOut(shown), [shown]);
  const inOrder = shown.toSorted((a, b) => orderOf(places.get(a.id)) - orderOf(places.get(b.id)));
  const all = [...places.values()];
  const width = xOf(Math.max(...all.map(({ column }) => column))) + WIDTH + EDGE;
  const height = yOf(Math.max(...all.map(({ row }) => row))) + HEIGHT + EDGE;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const pressed = box.current?.querySelector('[aria-pressed="true"]');
    pressed?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [chosen?.id, places]);
  const near = new Set(chosen === undefined ? [] : [chosen.id, ...chosen.dependsOn, ...chosen.neededBy]);
  return (
    <>
      <div ref={box} className={classes['picture']} role="group" aria-label={laterWords.graph.label}>
        <div style={{ position: 'relative', width, height }}>
          <svg width={width} height={height} aria-hidden="true" className={classes['arrows']}>
            {shown.flatMap(({ id, dependsOn }) =>
              dependsOn.map((target) => {
                const [from, to] = [places.get(target), places.get(id)];
                if (from === undefined || to === undefined) return null;
                const isNear = chosen !== undefined && (chosen.id === id || chosen.id === target);
                return <path key={`${id} ${target}`} d={arrow(from, to)} data-near={isNear} />;
              }),
            )}
          </svg>
          {inOrder.map((node) => {
            const place = places.get(node.id);
            if (place === undefined) return null;
            const action = weightiest(node);
            return (
              <button
                key={node.id}
                type="button"
                className={classes['node']}
                style={{ left: xOf(place.column), top: yOf(place.row), width: WIDTH, height: HEIGHT }}
                data-action={action}
                data-dim={chosen !== undefined && !near.has(node.id)}
                aria-pressed={node.id === chosen?.id}
                title={visibleText(node.id)}
                onClick={() => choose(node.id)}
              >
                <span className={`${classes['name'] ?? ''} mono foreign`}>
                  {visibleText(shortName(node.id))}
                </span>
                <span className={classes['what']}>
                  <Icon name={action === undefined ? 'dot' : actionIcon[action]} size={12} /> {nodeText(node)}
                  {moduleOf(node.id) !== '' && (
                    <span className="foreign">· {visibleText(moduleOf(node.id))}</span>
                  )}
                </span>
              </button>
            );
          })}
        </div>
      </div>
      {nodes.length > MOST && <p className={classes['hint']}>{laterWords.graph.more(nodes.length - MOST)}</p>}
    </>
  );
}

/** The module of a block, with a final dot; empty for the root and for folded groups. */
const moduleOf = (id: string): string => /^(?:module\.[^.]+\.)*(?=[^.]+\.[^.]+)/.exec(id)?.[0] ?? '';
const shortName = (id: string): string => id.slice(moduleOf(id).length);

const xOf = (column: number): number => EDGE + column * (WIDTH + BETWEEN_COLUMNS);
const yOf = (row: number): number => EDGE + row * (HEIGHT + BETWEEN_ROWS);
/** By column, then from top to bottom: the order for the keyboard. */
const orderOf = (place: Place | undefined): number =>
  place === undefined ? 0 : place.column * 10_000 + place.row;

function arrow(from: Place, to: Place): string {
  const [x1, y1] = [xOf(from.column) + WIDTH, yOf(from.row) + HEIGHT / 2];
  const [x2, y2] = [xOf(to.column), yOf(to.row) + HEIGHT / 2];
  const bend = Math.max(28, Math.abs(x2 - x1) / 2);
  const points = [x1 + bend, y1, x2 - bend, y2, x2, y2].map(String).join(' ');
  return `M${String(x1)} ${String(y1)} C${points} M${String(x2 - 6)} ${String(y2 - 4)} L${String(x2)} ${String(y2)} L${String(x2 - 6)} ${String(y2 + 4)}`;
}
