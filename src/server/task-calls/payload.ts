import type { Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import type { TaskStageName } from '../database/tables/run-tasks.ts';
import { timestamp } from '../http/json-api.ts';

export interface AskedResult {
  id: string;
  level: Row<'task_result'>['level'];
  stage: TaskStageName;
  runId: string;
}

/** The payload about a run for a service (api-contract §4.7). @returns undefined when the run is gone */
export async function taskPayload(
  db: Kysely<Database>,
  publicUrl: string,
  { id, level, stage, runId }: AskedResult,
  accessToken: string,
): Promise<Record<string, unknown> | undefined> {
  const run = await db
    .selectFrom('run')
    .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
    .innerJoin('organization', 'organization.id', 'run.organization_id')
    .innerJoin('run_phase as plan', (join) =>
      join.onRef('plan.run_id', '=', 'run.id').on('plan.kind', '=', 'plan'),
    )
    .leftJoin('users as creator', 'creator.id', 'run.created_by')
    .select(['run.id', 'run.message', 'run.created_at', 'run.plan_only', 'run.configuration_version_id'])
    .select([
      'workspace.id as workspace_id',
      'workspace.name as workspace_name',
      'workspace.working_directory',
    ])
    .select(['organization.name as organization', 'plan.id as plan_id', 'creator.username as creator'])
    .where('run.id', '=', runId)
    .executeTakeFirst();
  if (run === undefined) return undefined;
  const api = `${publicUrl}/api/v2`;
  const workspaceUrl = `${publicUrl}/app/${run.organization}/workspaces/${run.workspace_name}`;
  return {
    payload_version: 1,
    stage,
    access_token: accessToken,
    capabilities: { outcomes: true },
    configuration_version_download_url: `${api}/configuration-versions/${run.configuration_version_id}/download`,
    configuration_version_id: run.configuration_version_id,
    is_speculative: run.plan_only,
    organization_name: run.organization,
    ...(stage === 'pre_plan' ? {} : { plan_json_api_url: `${api}/plans/${run.plan_id}/json-output` }),
    run_app_url: `${workspaceUrl}/runs/${run.id}`,
    run_created_at: timestamp(run.created_at),
    run_created_by: run.creator,
    run_id: run.id,
    run_message: run.message,
    task_result_callback_url: `${api}/task-results/${id}/callback`,
    task_result_enforcement_level: level,
    task_result_id: id,
    // This server fetches no configurations from repositories.
    vcs_branch: null,
    vcs_commit_url: null,
    vcs_pull_request_url: null,
    vcs_repo_url: null,
    workspace_app_url: workspaceUrl,
    workspace_id: run.workspace_id,
    workspace_name: run.workspace_name,
    workspace_working_directory: run.working_directory,
  };
}
