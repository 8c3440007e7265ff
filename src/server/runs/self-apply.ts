import type { Kysely } from 'kysely';
import { canInWorkspace, type WorkspaceScope } from '../access/permissions.ts';
import { readPrincipal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { readGates, reasonNotToApply } from '../approval-rules/service.ts';
import { reasonOfRisk } from '../plan-risk/auto-apply-limit.ts';
import type { Run, Tx } from './transitions.ts';

/** The ids of the users behind an automatic apply; null: a user who is gone. */
export interface Cause {
  /** undefined: the run comes from a setting that only an administrator of the workspace can make. */
  askedBy: string | null | undefined;
  /** The user who uploaded the configuration. */
  uploadedBy: string | null;
}

/**
 * The one rule of automatic applies (docs/adr/0081): the user who asked for the run and the one who uploaded its
 * configuration may both apply. Checked when the run is queued, and again when it would go on to its apply.
 *
 * @returns undefined when both may; else a sentence that says why the run waits
 */
export async function reasonToWait(
  db: Kysely<Database>,
  workspace: WorkspaceScope,
  { askedBy, uploadedBy }: Cause,
): Promise<string | undefined> {
  const mayApply = async (userId: string | null): Promise<boolean> => {
    const principal = userId === null ? undefined : await readPrincipal(db, userId);
    return principal !== undefined && (await canInWorkspace(db, principal, workspace, 'apply-runs'));
  };
  if (askedBy !== undefined && !(await mayApply(askedBy))) {
    return 'It waits for somebody who may apply: whoever queued it may not.';
  }
  if (uploadedBy !== askedBy && !(await mayApply(uploadedBy))) {
    return 'It waits for somebody who may apply: whoever uploaded its configuration may not.';
  }
  return undefined;
}

/** The same check for a planned run; also whether its risk and the workspace's rules let it apply automatically. */
export async function reasonThatRunWaits(tx: Tx, run: Run): Promise<string | undefined> {
  const { created_by: uploadedBy } = await tx
    .selectFrom('configuration_version')
    .select('created_by')
    .where('id', '=', run.configuration_version_id)
    .executeTakeFirstOrThrow();
  const askedBy = run.trigger_reason === 'run_trigger' ? undefined : run.created_by;
  const workspace = { id: run.workspace_id, organization_id: run.organization_id };
  return (
    (await reasonToWait(tx, workspace, { askedBy, uploadedBy })) ??
    (await reasonOfRisk(tx, run)) ??
    (await reasonNotToApply(tx, run, await readGates(tx, run.workspace_id)))
  );
}
