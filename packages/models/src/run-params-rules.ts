import type { RunVariable } from './run-variable.ts';

/** The parameters that the rules between fields read. */
export interface RuledParams {
  is_destroy: boolean;
  refresh_only: boolean;
  plan_only: boolean;
  save_plan: boolean;
  replace_addrs?: readonly string[] | undefined;
  terraform_version?: string | undefined;
  variables?: readonly RunVariable[] | undefined;
}

export interface RunParamsProblem {
  rule: 'terraform_version' | 'refresh_only' | 'save_plan' | 'variables';
  path: (string | number)[];
  message: string;
}

/**
 * Combinations of parameters that are not allowed (run-models, Validation Rules; api-contract §2.2). A plan-only
 * destroy is allowed.
 *
 * @param spell writes a parameter's name as the caller knows it; unchanged by default
 */
export function checkRunParams(
  params: RuledParams,
  spell: (field: keyof RuledParams) => string = (field) => field,
): RunParamsProblem[] {
  const problems: RunParamsProblem[] = [];
  const planOnly = spell('plan_only');
  const refreshOnly = spell('refresh_only');
  const add = (rule: RunParamsProblem['rule'], message: string) =>
    problems.push({ rule, path: [rule], message });

  if (params.terraform_version !== undefined && !params.plan_only) {
    add(
      'terraform_version',
      `Terraform version ${params.terraform_version} can only be set for plan-only runs: ` +
        `leave ${spell('terraform_version')} out or set ${planOnly} to true`,
    );
  }
  if (params.refresh_only && params.is_destroy) {
    add('refresh_only', `${refreshOnly} and ${spell('is_destroy')} exclude each other: set one of them`);
  }
  if (params.refresh_only && (params.replace_addrs ?? []).length > 0) {
    add(
      'refresh_only',
      `${refreshOnly} plans no changes, so nothing can be replaced: leave ${spell('replace_addrs')} out`,
    );
  }
  if (params.save_plan && params.plan_only) {
    add(
      'save_plan',
      `${spell('save_plan')} keeps a plan to apply, ${planOnly} makes one that cannot be: set one of them`,
    );
  }
  return [...problems, ...duplicateKeys(params.variables ?? [])];
}

function duplicateKeys(variables: readonly RunVariable[]): RunParamsProblem[] {
  const seen = new Set<string>();
  const problems: RunParamsProblem[] = [];
  for (const [index, { key }] of variables.entries()) {
    const message = `Variable ${JSON.stringify(key)} is given twice`;
    if (seen.has(key)) problems.push({ rule: 'variables', path: ['variables', index, 'key'], message });
    seen.add(key);
  }
  return problems;
}
