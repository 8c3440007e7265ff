/** How much attention a plan needs, in words; each begins at a score of 0 to 100. */
export const RISK_LEVELS = [
  { level: 'critical', from: 80 },
  { level: 'high', from: 50 },
  { level: 'moderate', from: 20 },
  { level: 'low', from: 1 },
  { level: 'none', from: 0 },
] as const;

export type RiskLevel = (typeof RISK_LEVELS)[number]['level'];

export function riskLevel(score: number): RiskLevel {
  return RISK_LEVELS.find(({ from }) => score >= from)?.level ?? 'none';
}
