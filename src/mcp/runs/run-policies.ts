import type { Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';

/** How the policy checks of a run went; nothing where it has none. */
export async function policyFacts(
  run: Run,
  { client, signal }: ApiReader,
): Promise<{ policies?: readonly string[] }> {
  const checks = run.relationships?.['policy-checks']?.data;
  if (!Array.isArray(checks) || checks.length === 0) return {};
  const page = await client.policyChecks.ofRun(run.id, { signal });
  return {
    policies: page.data.map(({ attributes }) => `${attributes.scope ?? 'policy'} ${attributes.status}`),
  };
}
