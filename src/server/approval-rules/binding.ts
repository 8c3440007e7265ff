import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { readApplicable } from '../variables/applicable.ts';

/** A digest of the artifacts of the plan, the plan file among them: other bytes are another plan. */
export async function planDigest(db: Kysely<Database>, runId: string): Promise<string> {
  const artifacts = await db
    .selectFrom('phase_artifact')
    .innerJoin('run_phase', 'run_phase.id', 'phase_artifact.phase_id')
    .select(['phase_artifact.name', 'phase_artifact.sha256'])
    .where('run_phase.run_id', '=', runId)
    .where('run_phase.kind', '=', 'plan')
    .orderBy('phase_artifact.name')
    .execute();
  return createHash('sha256').update(JSON.stringify(artifacts)).digest('hex');
}

/**
 * A digest of all that an approval covers: the plan, the state that it was made of and the current one, the
 * configuration and the modules, the variables that the run has and those that a run would have now. Values of
 * sensitive variables are not in it: their versions are.
 */
export async function approvalBinding(db: Kysely<Database>, runId: string): Promise<string> {
  const facts = await db
    .selectFrom('run')
    .innerJoin('run_phase', (join) =>
      join.onRef('run_phase.run_id', '=', 'run.id').on('run_phase.kind', '=', 'plan'),
    )
    .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
    .innerJoin('configuration_version', 'configuration_version.id', 'run.configuration_version_id')
    .leftJoin('state_version', 'state_version.id', 'workspace.current_state_version_id')
    .leftJoin('run_variables', 'run_variables.run_id', 'run.id')
    .select(['run.workspace_id', 'run_phase.input_state_version_id', 'run_phase.modules'])
    .select(['workspace.current_state_version_id', 'state_version.serial', 'state_version.lineage'])
    .select(['configuration_version.sha256 as configuration', 'run_variables.entries'])
    .where('run.id', '=', runId)
    .executeTakeFirstOrThrow();
  const variables = (await readApplicable(db, facts.workspace_id))
    .map(({ origin, variable }) => JSON.stringify([origin, variable.id, variable.version_id]))
    .toSorted();
  const bound = [await planDigest(db, runId), facts, variables];
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex');
}
