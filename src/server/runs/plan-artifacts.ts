import type { Kysely } from 'kysely';
import type { ArtifactName } from '../../protocol/agent.ts';
import type { Database } from '../database/schema.ts';

/**
 * An artifact of a run's plan, for its apply. Once the plan has ended it cannot be replaced, so an approval is an
 * approval of these bytes.
 */
export async function findPlanArtifact(
  db: Kysely<Database>,
  runId: string,
  name: ArtifactName,
): Promise<{ sha256: string; size_bytes: number } | undefined> {
  return await db
    .selectFrom('phase_artifact')
    .innerJoin('run_phase', 'run_phase.id', 'phase_artifact.phase_id')
    .select(['phase_artifact.sha256', 'phase_artifact.size_bytes'])
    .where('run_phase.run_id', '=', runId)
    .where('run_phase.kind', '=', 'plan')
    .where('phase_artifact.name', '=', name)
    .executeTakeFirst();
}

/** An artifact of a plan or an apply. */
export async function findArtifact(
  db: Kysely<Database>,
  phaseId: string,
  name: ArtifactName,
): Promise<{ sha256: string } | undefined> {
  return await db
    .selectFrom('phase_artifact')
    .select('sha256')
    .where('phase_id', '=', phaseId)
    .where('name', '=', name)
    .executeTakeFirst();
}
