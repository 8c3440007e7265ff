import type { Platform } from '../context.ts';
import { phaseResource } from './document.ts';
import type { ShownPhase } from './shown-phase.ts';
import type { Run } from './transitions.ts';

/** The log address works without a token, from the moment the plan or apply exists (api-contract §4.1, §4.3). */
export function logUrl(platform: Platform, phaseId: string): string {
  return `${platform.publicUrl}/api/v2/logs/${phaseId}/${platform.signer.sign('read-log', phaseId)}`;
}

export async function phaseDocument(platform: Platform, phase: ShownPhase, run: Run) {
  const stateVersions =
    phase.kind === 'plan'
      ? []
      : await platform.db.selectFrom('state_version').select('id').where('run_id', '=', run.id).execute();
  const pool =
    phase.agent_pool_id === null
      ? undefined
      : await platform.db
          .selectFrom('agent_pool')
          .select('name')
          .where('id', '=', phase.agent_pool_id)
          .executeTakeFirst();
  return phaseResource(phase, {
    poolName: pool?.name ?? null,
    logReadUrl: logUrl(platform, phase.id),
    hasChanges: run.has_changes,
    hasDebugLog: run.debugging_mode && ['finished', 'errored', 'canceled'].includes(phase.status),
    stateVersionIds: stateVersions.map(({ id }) => id),
  });
}
