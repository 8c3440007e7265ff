import type { Caller } from '../access/caller.ts';
import { workspaceRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import { policyCheckResource } from '../policy-checks/document.ts';
import { readPolicyChecks } from '../policy-checks/service.ts';
import { workspaceOf, type RunDetails } from '../runs/queries.ts';
import { taskStageResource } from '../task-stages/document.ts';
import { readStages } from '../task-stages/service.ts';

/** The checks of runs that `include` names, with the caller's rights to them. */
export async function includeChecks(
  { db }: Platform,
  caller: Caller,
  details: readonly RunDetails[],
  wants: { policyChecks: boolean; taskStages: boolean },
): Promise<{ id: string; type: string }[]> {
  const runIds = details.map(({ run }) => run.id);
  const checks = wants.policyChecks ? await readPolicyChecks(db, 'run_id', runIds) : [];
  const stages = wants.taskStages ? await readStages(db, 'run_id', runIds) : [];
  if (checks.length === 0 && stages.length === 0) return [];
  const scopes = new Map(details.map(({ run }) => [run.id, workspaceOf(run)]));
  const rights = await workspaceRights(db, caller, [...scopes.values()]);
  const canOverride = (runId: string): boolean =>
    rights.get(scopes.get(runId)?.id ?? '')?.has('override-policies') ?? false;
  return [
    ...checks.map((check) => policyCheckResource(check, canOverride(check.check.run_id))),
    ...stages.map((stage) => taskStageResource(stage, canOverride(stage.stage.run_id))),
  ];
}
