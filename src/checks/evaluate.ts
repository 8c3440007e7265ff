import { CelProblem } from './cel.ts';
import type { PolicyFiles } from './policy-manifest.ts';
import {
  policyLanguage,
  readVerdict,
  unspoken,
  type Policy,
  type PolicyInput,
  type PolicyOutcome,
  type PolicyStatus,
} from './policy.ts';
import { storable } from './storable-text.ts';
import { loadWasmRule, WasmProblem } from './wasm-rule.ts';

/** @param files the set's files, for policies that are compiled modules */
export async function evaluatePolicies(
  policies: readonly Policy[],
  input: PolicyInput,
  files: PolicyFiles,
): Promise<PolicyOutcome[]> {
  const outcomes: PolicyOutcome[] = [];
  for (const policy of policies) {
    outcomes.push({ ...unspoken(policy), ...(await judge(policy, input, files)) });
  }
  return outcomes;
}

async function judge(
  { rule, message }: Policy,
  input: PolicyInput,
  files: PolicyFiles,
): Promise<{ status: PolicyStatus; output: string[] }> {
  if (rule.language === 'rego') throw new Error('policies in Rego are evaluated by opa');
  try {
    const value =
      rule.language === 'cel'
        ? policyLanguage.compile(rule.source).evaluate(input)
        : (await loadWasmRule(files, rule)).evaluate(input);
    return readVerdict(value, message);
  } catch (error) {
    if (!(error instanceof CelProblem || error instanceof WasmProblem || error instanceof TypeError))
      throw error;
    return { status: 'errored', output: [storable(error.message)] };
  }
}
