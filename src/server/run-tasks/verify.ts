import type { Platform } from '../context.ts';
import { timestamp } from '../http/json-api.ts';
import { refuse } from '../http/refusal.ts';
import { describeAnswer, isTaken, signedTaskRequest } from './signed-request.ts';

const URL_POINTER = '/data/attributes/url';

/** @throws 422 for an address that may not be called, before any call */
export function requireCallable({ outbound }: Platform, url: string): void {
  const problem = outbound.findProblem(url);
  if (problem !== undefined) refuse('invalid_attribute', `url: ${problem}`, URL_POINTER);
}

/**
 * Calls the service with a request about no run, signed like the others.
 *
 * @throws 422 the service did not accept it
 */
export async function verifyService(
  platform: Platform,
  { url, hmacKey }: { url: string; hmacKey: string | null },
): Promise<void> {
  requireCallable(platform, url);
  const answer = await platform.outbound.call({
    url,
    ...signedTaskRequest(verification(platform.publicUrl), hmacKey),
  });
  if (isTaken(answer)) return;
  const detail =
    `url: the service did not take the verification: ${describeAnswer(answer)}. ` +
    'It must answer 200; create the task with enabled: false to do it later.';
  refuse('invalid_attribute', detail, URL_POINTER);
}

const verification = (publicUrl: string) => ({
  payload_version: 1,
  stage: 'test',
  access_token: 'test-token',
  capabilities: { outcomes: true },
  configuration_version_download_url: null,
  configuration_version_id: null,
  is_speculative: false,
  organization_name: 'test-org',
  plan_json_api_url: null,
  run_app_url: publicUrl,
  run_created_at: timestamp(new Date()),
  run_created_by: 'test-user',
  run_id: 'run-xxxxxxxxxxxxxxxx',
  run_message: 'Test run task verification',
  task_result_callback_url: null,
  task_result_enforcement_level: 'test',
  task_result_id: 'taskrs-xxxxxxxxxxxxxxxx',
  vcs_branch: null,
  vcs_commit_url: null,
  vcs_pull_request_url: null,
  vcs_repo_url: null,
  workspace_app_url: publicUrl,
  workspace_id: 'ws-xxxxxxxxxxxxxxxx',
  workspace_name: 'test-workspace',
  workspace_working_directory: null,
});
