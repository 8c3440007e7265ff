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
  rule: CelRule | WasmRule | RegoRule;
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

/** What a query of Rego gives, over all `.rego` files of the archive. */
export interface RegoRule {
  language: 'rego';
  /** `data.terraform.deny` */
  query: string;
  version: 0 | 1;
}

/** The question that a policy answers, in its own language. */
export function queryOf(rule: Policy['rule']): string {
  if (rule.language === 'cel') return rule.source;
  return rule.language === 'rego' ? rule.query : (rule.entrypoint ?? '');
}

/** The kind of the sets that a policy may be in. */
export const kindOf = ({ language }: Policy['rule']): 'cel' | 'opa' => (language === 'cel' ? 'cel' : 'opa');

export const NO_OPA =
  'Policies in Rego need the opa program, which this server has not been given (RUNWRIGHT_OPA_COMMAND): upload what ' +
  '`opa build -t wasm` makes of them.';

/** What policies see: the plan without sensitive values, and what is known of the run. */
const POLICY_VARIABLES = ['plan', 'run', 'workspace', 'cost', 'risk', 'params'] as const;
export type PolicyInput = Record<(typeof POLICY_VARIABLES)[number], unknown>;

export const policyLanguage = createCel(POLICY_VARIABLES);

/** What a policy is for: its description, or without one its message for a failure. */
const describePolicy = ({ description, message }: Policy): string =>
  description === '' ? (message ?? '') : description;

export type PolicyStatus = 'passed' | 'failed' | 'errored';

export interface PolicyOutcome {
  policy_name: string;
  description: string;
  enforcement_level: EnforcementLevel;
  query: string;
  status: PolicyStatus;
  /** Its messages; for a policy that errored, the reason. */
  output: string[];
}

/** Of a policy that has said nothing, since it was not evaluated. */
export const unspoken = (policy: Policy): PolicyOutcome => ({
  policy_name: policy.name,
  description: describePolicy(policy),
  enforcement_level: policy.level,
  query: queryOf(policy.rule),
  status: 'errored',
  output: [],
});

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
  if (value instanceof Set) return [...value];
  if (typeof value !== 'object' || value === null) return undefined;
  const members: unknown[] = value instanceof Map ? [...value.values()] : Object.values(value);
  // Rules with keys give an object of complaints. A whole package is an object as well, and says nothing.
  const areComplaints = members.every((one) => typeof one === 'string' || hasWords(one));
  return areComplaints ? members : undefined;
}

/** `{"msg": "…", …}`, as rules often complain. */
const hasWords = (value: unknown): value is { msg: string } =>
  typeof value === 'object' && value !== null && 'msg' in value && typeof value.msg === 'string';

const toText = (complaint: unknown): string => {
  const words = hasWords(complaint) ? complaint.msg : complaint;
  const text = typeof words === 'string' ? words : JSON.stringify(words, bigintsAsNumbers);
  return storable((text ?? String(complaint)).slice(0, MAX_MESSAGE));
};

const bigintsAsNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;
