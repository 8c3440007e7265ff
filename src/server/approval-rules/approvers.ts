import type { Kysely } from 'kysely';
import { canInWorkspace } from '../access/permissions.ts';
import { readPrincipal } from '../access/principal.ts';
import type { ApprovalRule, Database } from '../database/schema.ts';

/** The facts that decide which approvals a run needs; not its status. */
export interface ApprovedRun {
  id: string;
  workspace_id: string;
  organization_id: string;
  configuration_version_id: string;
  created_by: string | null;
}

/** The users who requested the run and uploaded its configuration: they do not approve their own run. */
export async function readAuthors(db: Kysely<Database>, run: ApprovedRun): Promise<ReadonlySet<string>> {
  const { created_by: uploader } = await db
    .selectFrom('configuration_version')
    .select('created_by')
    .where('id', '=', run.configuration_version_id)
    .executeTakeFirstOrThrow();
  return new Set([run.created_by, uploader].filter((id) => id !== null));
}

/** Whether an approval of the user counts for the rule, as things are now. The caller leaves out the authors. */
export async function countsFor(
  db: Kysely<Database>,
  run: ApprovedRun,
  rule: ApprovalRule,
  userId: string,
): Promise<boolean> {
  const principal = await readPrincipal(db, userId);
  if (principal?.kind !== 'user') return false;
  const workspace = { id: run.workspace_id, organization_id: run.organization_id };
  const teamId = rule['team-id'];
  if (teamId === null) return await canInWorkspace(db, principal, workspace, 'apply-runs');
  const member = await db
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select('team_member.user_id')
    .where('team.id', '=', teamId)
    .where('team.organization_id', '=', run.organization_id)
    .where('team_member.user_id', '=', userId)
    .executeTakeFirst();
  return member !== undefined && (await canInWorkspace(db, principal, workspace, 'read-runs'));
}
