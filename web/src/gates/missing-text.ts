import type { ApprovalStanding } from '@runwright/client';
import { words } from '../words/words.ts';

const A = words.gate.approvals;

/** The missing conditions for an apply of the run; empty where there are none. */
export function missingText({ attributes: { rules, closed } }: ApprovalStanding): string {
  const missing = rules.filter(({ given, required }) => given < required);
  const sentences = missing.map(({ team, given, required }) => A.missing(given, required, team));
  if (closed !== null) sentences.push(A.closed[closed.kind](closed.name));
  return sentences.join(' ');
}
