import { includedOf, type Document, type Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** Of a plan that has a score: a server that gives none is not asked further. */
const scoreOf = (document: Document<Run>): number | undefined => {
  const score = includedOf(document, 'plan')?.attributes['risk-score'];
  return typeof score === 'number' ? score : undefined;
};

/** `risk: 72 of 100 (high)`, as far as the included plan says. */
export function riskFact(document: Document<Run>): Record<string, string> {
  const score = scoreOf(document);
  const level = includedOf(document, 'plan')?.attributes['risk-level'];
  if (score === undefined) return {};
  return { risk: `${String(score)} of 100${typeof level === 'string' ? ` (${cleanText(level, 20)})` : ''}` };
}

const REASONS = 8;

/** Why the plan has its score, those that weigh most first: the server's own sentences, without names of the plan. */
export async function riskReasons(document: Document<Run>, { client, signal }: ApiReader): Promise<string[]> {
  if (scoreOf(document) === undefined) return [];
  const { reasons } = (await client.riskSummaries.ofRun(document.data.id, { signal })).attributes;
  return reasons.slice(0, REASONS).map(({ text }) => cleanText(text, 200));
}
