import { includedOf, type Document, type Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** Only plans with a score are asked about: other servers have no risks. */
const scoreOf = (document: Document<Run>): number | undefined => {
  const score = includedOf(document, 'plan')?.attributes['risk-score'];
  return typeof score === 'number' ? score : undefined;
};

/** `risk: 72 of 100 (high)`, if the included plan has a score. */
export function riskFact(document: Document<Run>): Record<string, string> {
  const score = scoreOf(document);
  const level = includedOf(document, 'plan')?.attributes['risk-level'];
  if (score === undefined) return {};
  return { risk: `${String(score)} of 100${typeof level === 'string' ? ` (${cleanText(level, 20)})` : ''}` };
}

const REASONS = 8;

/** The reasons of a plan's score, the weightiest first: the server's own sentences, without names of the plan. */
export async function riskReasons(document: Document<Run>, { client, signal }: ApiReader): Promise<string[]> {
  if (scoreOf(document) === undefined) return [];
  const { reasons } = (await client.riskSummaries.ofRun(document.data.id, { signal })).attributes;
  return reasons.slice(0, REASONS).map(({ text }) => cleanText(text, 200));
}
