import type { SetOutcome } from './verdict.ts';

const MARK = { passed: 'pass', failed: 'FAIL', errored: 'ERROR' } as const;

/** The text of a policy check in the terraform CLI (api-contract §4.6): a line for each policy, and its output. */
export function describeChecks(sets: readonly SetOutcome[]): string {
  const lines = sets.flatMap(({ name, error, outcomes }) => [
    `Policy set ${name}`,
    ...(error === '' ? [] : [`  could not be evaluated: ${error}`]),
    ...outcomes.flatMap(({ policy_name, enforcement_level, status, output }) => [
      `  ${MARK[status]}  ${policy_name} (${enforcement_level})`,
      ...output.map((line) => `        ${line.replaceAll('\n', '\n        ')}`),
    ]),
    '',
  ]);
  return lines.length === 0 ? 'No policies hold in this workspace any more.\n' : `${lines.join('\n')}\n`;
}
