import * as z from 'zod';
import { RISK_LEVELS, riskLevel } from '@runwright/models';
import type { WeighedFinding } from '../database/schema.ts';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import { reasonText } from './reasons.ts';

export const RiskScore = z.int().min(0).max(100).nullable();
export const RiskLevelWord = z.enum(RISK_LEVELS.map(({ level }) => level)).nullable();

export const RiskSummarySchema = resource(
  'risk-summaries',
  {
    score: RiskScore,
    level: RiskLevelWord,
    reasons: z.array(
      z.object({
        rule: z.string(),
        text: z.string(),
        points: z.int(),
        count: z.int(),
      }),
    ),
    /** The first rows of each rule; the count of a reason covers all. */
    rows: z.array(z.object({ rule: z.string(), address: z.string(), detail: z.string() })),
  },
  { run: toOne('runs'), plan: toOne('plans') },
);

export interface RiskFacts {
  runId: string;
  planId: string;
  score: number | null;
  findings: readonly WeighedFinding[];
}

/** Null as a score and as a level: there is no finished plan, or its runner has not looked for risks. */
export const levelOf = (score: number | null) => (score === null ? null : riskLevel(score));

export const riskSummaryResource = ({ runId, planId, score, findings }: RiskFacts) => ({
  id: planId,
  type: 'risk-summaries',
  attributes: {
    score,
    level: levelOf(score),
    reasons: findings.map(({ rule, count, points }) => ({
      rule,
      text: reasonText(rule, count),
      points,
      count,
    })),
    rows: findings.flatMap(({ rule, rows }) => rows.map((row) => ({ rule, ...row }))),
  },
  relationships: { run: reference('runs', runId), plan: reference('plans', planId) },
  links: { self: `/api/v2/runs/${runId}/risk-summary` },
});
