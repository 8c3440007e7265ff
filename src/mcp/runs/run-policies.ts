import type { PolicyEvaluation, Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';

/** The results of a run's policies, including those in task stages; empty where there are none. */
export async function policyFacts(
  run: Run,
  { client, signal }: ApiReader,
): Promise<{ policies?: readonly string[] }> {
  const has = (name: string): boolean => {
    const data = run.relationships?.[name]?.data;
    return Array.isArray(data) && data.length > 0;
  };
  const checks = has('policy-checks') ? await client.policyChecks.ofRun(run.id, { signal }) : { data: [] };
  const include = ['policy_evaluations'];
  const stages = has('task-stages') ? await client.taskStages.ofRun(run.id, { include, signal }) : undefined;
  const evaluations = (stages?.included ?? []).filter(({ type }) => type === 'policy-evaluations');
  const policies = [
    ...checks.data.map(({ attributes }) => `${attributes.scope ?? 'policy'} ${attributes.status}`),
    ...(evaluations as unknown as PolicyEvaluation[]).map(textOf),
  ];
  return policies.length === 0 ? {} : { policies };
}

/** The text for policies that are evaluated with the tasks after a plan. */
function textOf({ attributes }: PolicyEvaluation): string {
  const { status, 'policy-kind': kind, 'result-count': counts } = attributes;
  const came = status === 'pending' ? '' : ` (${counts['mandatory-failed']} mandatory failed)`;
  return `post_plan ${kind} ${status}${came}`;
}
