import * as z from 'zod';
import { createCel } from './cel.ts';
import { storable } from './storable-text.ts';

/** The effect of a failure, in this order: only a report; a wait for an override; the end of the run. */
export const EnforcementLevel = z.enum(['advisory', 'soft-mandatory', 'hard-mandatory'], {
  error: 'must be "advisory", "soft-mandatory" or "hard-mandatory"',
});
export type EnforcementLevel = z.output<typeof EnforcementLevel>;

/** A policy as it is stored with its set, ready to be evaluated. */
export interface Policy {
  name: string;
  description: string;
  level: EnforcementLevel;
  /** The text for a failure that gives no message of its own. */
  message: string | null;
  rule: CelRule | WasmRule | RegoRule;
}

export interface CelRule {
  language: 'cel';
  source: string;
}

/** A compiled Open Policy Agent module: the path of the bundle in the archive, and one of its entrypoints. */
export interface WasmRule {
  language: 'opa';
  file: string;
  entrypoint: string | null;
}

/** A query of Rego over all `.rego` files of the archive. */
export interface RegoRule {
  language: 'rego';
  /** `data.terraform.deny` */
  query: string;
  version: 0 | 1;
}

/** The query of a policy, in its own language. */
export function queryOf(rule: Policy['rule']): string {
  if (rule.language === 'cel') return rule.source;
  return rule.language === 'rego' ? rule.query : (rule.entrypoint ?? '');
}

/** The kind of the sets that may contain a policy. */
export const kindOf = ({ language }: Policy['rule']): 'cel' | 'opa' => (language === 'cel' ? 'cel' : 'opa');

export const NO_OPA =
  'Policies in Rego need the opa program, which this server has not been given (RUNWRIGHT_OPA_COMMAND): upload what ' +
  '`opa build -t wasm` makes of them.';

/** The inputs of policies: the plan without sensitive values, and facts of the run. */
const POLICY_VARIABLES = ['plan', 'run', 'workspace', 'cost', 'risk', 'params'] as const;
export type PolicyInput = Record<(typeof POLICY_VARIABLES)[number], unknown>;

export const policyLanguage = createCel(POLICY_VARIABLES);

/** The purpose of a policy: its description, or without one its message for a failure. */
const describePolicy = ({ description, message }: Policy): string =>
  description === '' ? (message ?? '') : description;

export type PolicyStatus = 'passed' | 'failed' | 'errored';

export interface PolicyOutcome {
  policy_name: string;
  description: string;
  enforcement_level: EnforcementLevel;
  query: string;
  status: PolicyStatus;
  /** The policy's messages; for a policy that errored, the reason. */
  output: string[];
}

/** The outcome of a policy that was not evaluated. */
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
 * The verdict in a rule's value: true or an empty list passes, false or complaints fail.
 *
 * @throws TypeError the value is neither
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
  // Rules with keys give an object of complaints. A whole package is an object too, but not a verdict.
  const areComplaints = members.every((one) => typeof one === 'string' || hasWords(one));
  return areComplaints ? members : undefined;
}

/** `{"msg": "…", …}`, a usual form of complaints. */
const hasWords = (value: unknown): value is { msg: string } =>
  typeof value === 'object' && value !== null && 'msg' in value && typeof value.msg === 'string';

const toText = (complaint: unknown): string => {
  const words = hasWords(complaint) ? complaint.msg : complaint;
  const text = typeof words === 'string' ? words : JSON.stringify(words, bigintsAsNumbers);
  return storable((text ?? String(complaint)).slice(0, MAX_MESSAGE));
};

const bigintsAsNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;
