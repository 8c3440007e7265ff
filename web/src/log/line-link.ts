/** A line, or several, in an address: `#plan-L120`, `#apply-L3-L9`. Lines count from 1. */
export interface LineRange {
  phase: 'plan' | 'apply';
  from: number;
  to: number;
}

export function readLineLink(hash: string): LineRange | undefined {
  const match = /^#?(plan|apply)-L(\d{1,9})(?:-L(\d{1,9}))?$/.exec(hash);
  if (match === null) return undefined;
  const [, phase, first, second] = match;
  const [from, to] = [Number(first), Number(second ?? first)].toSorted((a, b) => a - b) as [number, number];
  return { phase: phase as LineRange['phase'], from, to };
}

export const lineLink = ({ phase, from, to }: LineRange): string =>
  from === to ? `${phase}-L${String(from)}` : `${phase}-L${String(from)}-L${String(to)}`;
