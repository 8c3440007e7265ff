import type { RiskFinding } from '../../protocol/plan-risk.ts';
import type { WeighedFinding } from '../database/schema.ts';

interface Weight {
  /** Points of the first finding. */
  first: number;
  /** Points of each further finding. */
  further: number;
  most: number;
}

/** The points that a rule adds, out of 100: a score is made only of these. */
const WEIGHTS: Readonly<Record<string, Weight>> = {
  'stateful-destroyed': { first: 60, further: 10, most: 90 },
  'stateful-replaced': { first: 55, further: 10, most: 85 },
  'identity-administrator': { first: 55, further: 5, most: 80 },
  'network-opened': { first: 50, further: 5, most: 75 },
  'identity-widened': { first: 30, further: 5, most: 55 },
  'protection-removed': { first: 30, further: 5, most: 55 },
  destroyed: { first: 20, further: 2, most: 50 },
  'network-widened': { first: 20, further: 3, most: 45 },
  'count-dropped': { first: 20, further: 3, most: 45 },
  'provider-major-changed': { first: 20, further: 5, most: 40 },
  forgotten: { first: 15, further: 2, most: 35 },
  replaced: { first: 12, further: 2, most: 40 },
  'access-unknown': { first: 10, further: 2, most: 25 },
  'capacity-dropped': { first: 10, further: 2, most: 30 },
  deferred: { first: 10, further: 1, most: 20 },
  'identity-changed': { first: 8, further: 1, most: 20 },
  imported: { first: 3, further: 1, most: 10 },
  moved: { first: 2, further: 1, most: 8 },
};

/** An unknown rule must not look harmless: it comes from a newer engine or a newer runner. */
const UNKNOWN: Weight = { first: 25, further: 5, most: 50 };

/** @returns the findings with their points, the heaviest first */
export function weigh(findings: readonly RiskFinding[]): WeighedFinding[] {
  return findings
    .map((finding) => {
      const { first, further, most } = WEIGHTS[finding.rule] ?? UNKNOWN;
      return { ...finding, points: Math.min(most, first + further * (finding.count - 1)) };
    })
    .sort((one, other) => other.points - one.points || (one.rule < other.rule ? -1 : 1));
}

/**
 * 0 to 100. Each finding takes its share of the rest to 100, so that one more never lowers a score, and many small ones
 * never count more than one that destroys a database.
 */
export function scoreOf(findings: readonly WeighedFinding[]): number {
  return Math.round(100 * (1 - findings.reduce((left, { points }) => left * (1 - points / 100), 1)));
}
