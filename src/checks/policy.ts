import * as z from 'zod';
import { createCel } from './cel.ts';
import { storable } from './storable-text.ts';

/** What a failure does: only tells; waits for somebody who may override it; ends the run. */
export const EnforcementLevel = z.enum(['advisory', 'soft-mandatory', 'hard-mandatory'], {
  error: 'must be "advisory", "soft-mandatory" or "hard-mandatory"',
});
export type EnforcementLevel = z.output<typeof EnforcementLevel>;

/** A policy as it is kept with its set, ready to be evaluated. */
export interface Policy {
  name: string;
  description: string;
  level: EnforcementLevel;
  /** What is said when it fails and gives no words of its own. */
  message: string | null;
  rule: CelRule | WasmRule;
}

export interface CelRule {
  language: 'cel';
  source: string;
}

/** A compiled Open Policy Agent module: the path of the bundle in the archive, and which of its entrypoints. */
export interface WasmRule {
  language: 'opa';
  file: string;
  entrypoint: string | null;
}

/** What policies see: the plan without sensitive values, and what is known of the run. */
export const POLICY_VARIABLES = ['plan', 'run', 'workspace', 'cost', 'risk', 'params'] as const;
export type PolicyInput = Record<(typeof POLICY_VARIABLES)[number], unknown>;

export const policyLanguage = createCel(POLICY_VARIABLES);

/** What a policy is for: what it says when it fails tells as much where nobody described it. */
export const describePolicy = ({ description, message }: Policy): string =>
  description === '' ? (message ?? '') : description;

export type PolicyStatus = 'passed' | 'failed' | 'errored';

export interface PolicyOutcome {
  policy_name: string;
  description: string;
  enforcement_level: EnforcementLevel;
  query: string;
  status: PolicyStatus;
  /** What it says; of one that errored, why. */
  output: string[];
}

const MAX_MESSAGES = 100;
const MAX_MESSAGE = 1_000;

/**
 * What a rule's value says: true or nothing to complain of passes, false or complaints fail.
 *
 * @throws TypeError it is neither
 */
export function readVerdict(
  value: unknown,
  message: string | null,
): { status: PolicyStatus; output: string[] } {
  if (value === true) return { status: 'passed', output: [] };
  if (value === false) return { status: 'failed', output: message === null ? [] : [message] };
  const complaints = complaintsOf(value);
  if (complaints === undefined) throw new TypeError('it must give true or false, or a list of what is wrong');
  if (complaints.length === 0) return { status: 'passed', output: [] };
  return { status: 'failed', output: complaints.slice(0, MAX_MESSAGES).map(toText) };
}

function complaintsOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Set || value instanceof Map) return [...value.values()];
  // A set of Open Policy Agent may come as an object.
  return typeof value === 'object' && value !== null ? Object.values(value) : undefined;
}

const toText = (complaint: unknown): string => {
  const text = typeof complaint === 'string' ? complaint : JSON.stringify(complaint, bigintsAsNumbers);
  return storable((text ?? String(complaint)).slice(0, MAX_MESSAGE));
};

const bigintsAsNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;
