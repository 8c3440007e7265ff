import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest test files on a clean checkout, for which continuous integration has no timings. */
const LONGEST = [
  'server/hostile-requests',
  'server/permissions',
  'server/written-values',
  'server/checked-applies',
  'runner/limits',
  'runner/approved-folder',
  'runner/folder-table',
  'support/provider/provider',
  'server/doors',
  'runner/hostile-plans',
  'runner/provider-store',
  'mcp/real-server',
  'runner/interruptions',
  'terraform-cli/plans',
  'terraform-cli/waiting',
  'end-to-end/runs',
  'end-to-end/provider',
  'end-to-end/crash',
  'server/states/odd-states',
  'server/reads-beside-deletes',
];

/** Starts the slowest test files first, so that no slow one runs alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
