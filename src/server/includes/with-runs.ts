import type { Caller } from '../access/caller.ts';
import { organizationRights } from '../access/rights.ts';
import { userSeenBy } from '../access/user-document.ts';
import type { Platform } from '../context.ts';
import { configurationVersionResource } from '../configurations/document.ts';
import { costEstimateResource } from '../cost-estimates/document.ts';
import { readCostEstimates } from '../cost-estimates/service.ts';
import { describeWorkspaces } from '../workspaces/describe.ts';
import { readWorkspaces } from '../workspaces/service.ts';
import { organizationResource } from '../organizations/document.ts';
import { eventResource } from '../runs/document.ts';
import { phaseDocument } from '../runs/phases.ts';
import type { RunDetails } from '../runs/queries.ts';
import { readUsers } from '../access/users.ts';
import { includeChecks } from './with-checks.ts';

/** The resources that `include` names, each once. */
export async function includeWithRuns(
  platform: Platform,
  caller: Caller,
  details: readonly RunDetails[],
  names: readonly string[],
): Promise<{ id: string; type: string }[]> {
  const included: { id: string; type: string }[] = [];
  const wants = (name: string): boolean =>
    names.some((asked) => asked === name || asked.startsWith(`${name}.`));
  for (const detail of details) {
    if (wants('plan')) included.push(await phaseDocument(platform, detail.plan, detail.run));
    if (wants('apply')) included.push(await phaseDocument(platform, detail.apply, detail.run));
  }
  const ids = (pick: (detail: RunDetails) => string | null): string[] => [
    ...new Set(details.map(pick).filter((id) => id !== null)),
  ];
  const userIds = [
    ...(wants('created_by') ? ids(({ run }) => run.created_by) : []),
    ...(wants('confirmed_by') ? ids(({ run }) => run.confirmed_by) : []),
  ];
  included.push(...(await readUsers(platform.db, [...new Set(userIds)])).map(userSeenBy(caller)));
  if (wants('workspace')) {
    const workspaces = await readWorkspaces(
      platform,
      ids(({ run }) => run.workspace_id),
    );
    included.push(...(await describeWorkspaces(platform, caller, workspaces)));
  }
  if (names.includes('workspace.organization') && details.length > 0) {
    const organizations = await platform.db
      .selectFrom('organization')
      .selectAll()
      .where(
        'id',
        'in',
        ids(({ run }) => run.organization_id),
      )
      .execute();
    for (const organization of organizations) {
      const { organization: rights } = await organizationRights(platform.db, caller, organization.id);
      included.push(organizationResource(organization, null, rights));
    }
  }
  if (wants('run_events') && details.length > 0) {
    const events = await platform.db
      .selectFrom('run_event')
      .selectAll()
      .where(
        'run_id',
        'in',
        details.map(({ run }) => run.id),
      )
      .orderBy('sequence')
      .execute();
    included.push(...events.map(eventResource));
  }
  if (wants('cost_estimate')) {
    const estimateIds = ids(({ costEstimateId }) => costEstimateId);
    included.push(...(await readCostEstimates(platform, estimateIds)).map(costEstimateResource));
  }
  const checks = { policyChecks: wants('policy_checks'), taskStages: wants('task_stages') };
  included.push(...(await includeChecks(platform, caller, details, checks)));
  if (wants('configuration_version') && details.length > 0) {
    const versions = await platform.db
      .selectFrom('configuration_version')
      .selectAll()
      .where(
        'id',
        'in',
        ids(({ run }) => run.configuration_version_id),
      )
      .execute();
    included.push(...versions.map((version) => configurationVersionResource(version, null)));
  }
  return included;
}
