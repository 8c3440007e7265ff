import type { Kysely } from 'kysely';
import * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import { canInWorkspace } from '../access/permissions.ts';
import type { Database } from '../database/schema.ts';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import { findPlanArtifact } from './plan-artifacts.ts';
import { workspaceOf } from './queries.ts';
import type { Run } from './transitions.ts';

const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable();

/**
 * The bytes that a run's apply executes, by their SHA-256. There is no digest of variables and none of the plan as JSON:
 * who knows all but a short secret could find it by trying.
 */
export const ProvenanceSchema = resource(
  'run-provenances',
  {
    /** The uploaded archive; null while nothing is uploaded. */
    'configuration-sha256': Digest,
    /** The plan file that an apply gets; null until the plan has ended, and for callers that may not apply runs. */
    'plan-file-sha256': Digest,
    /** What the plan changed in its folder, the lock file among it; null as above, or when it changed nothing. */
    'plan-folder-sha256': Digest,
    /** The state that the plan was made of; null when there was none, and for callers that may not read states. */
    'input-state-sha256': Digest,
    /** Null: the workspace's engine was not settled when the run was created, and no runner has reported it yet. */
    engine: z.string().nullable(),
    'engine-version': z.string(),
    /** The platform of the plan's runner, `linux_amd64`: only the same one applies the plan. */
    platform: z.string().nullable(),
  },
  { run: toOne('runs'), 'configuration-version': toOne('configuration-versions') },
);

/** @param caller one that may read the run: digests of secret content need the permissions of that content */
export async function provenanceOf(db: Kysely<Database>, caller: Caller, run: Run) {
  const plan = await db
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .innerJoin('configuration_version', 'configuration_version.id', 'run.configuration_version_id')
    .leftJoin('state_version', 'state_version.id', 'run_phase.input_state_version_id')
    .select(['run_phase.status', 'run_phase.platform', 'state_version.sha256 as state'])
    .select('configuration_version.sha256 as configuration')
    .where('run_phase.run_id', '=', run.id)
    .where('run_phase.kind', '=', 'plan')
    .executeTakeFirstOrThrow();
  const workspace = workspaceOf(run);
  const showsPlan = plan.status === 'finished' && (await canInWorkspace(db, caller, workspace, 'apply-runs'));
  const showsState = await canInWorkspace(db, caller, workspace, 'read-state');
  const digestOf = async (name: 'plan-file' | 'plan-folder'): Promise<string | null> =>
    showsPlan ? ((await findPlanArtifact(db, run.id, name))?.sha256 ?? null) : null;
  return {
    id: run.id,
    type: 'run-provenances',
    attributes: {
      'configuration-sha256': plan.configuration,
      'plan-file-sha256': await digestOf('plan-file'),
      'plan-folder-sha256': await digestOf('plan-folder'),
      'input-state-sha256': showsState ? plan.state : null,
      engine: run.engine,
      'engine-version': run.terraform_version,
      platform: plan.platform,
    },
    relationships: {
      run: reference('runs', run.id),
      'configuration-version': reference('configuration-versions', run.configuration_version_id),
    },
  };
}
