import type { RunParams } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { canInWorkspace, requireActor } from '../access/permissions.ts';
import type { ConfigurationVersion } from '../configurations/service.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { isVersionRequest } from '../workspaces/version-request.ts';
import { DEFAULT_MESSAGE, type CreatingClient } from './creating-client.ts';
import { insertRun, jsonListOrNull, toColumns, withSelfApply } from './insert-run.ts';
import { findRepeated, rememberRequest } from './repeated-request.ts';
import { readDetails, type RunDetails } from './queries.ts';
import type { Run, Tx } from './transitions.ts';

export interface RunRequest {
  workspaceId: string;
  params: RunParams;
  /** The result of `readActionAddrs`. */
  invokeActionAddrs: string[] | undefined;
  configurationVersionId: string | undefined;
}

/**
 * Creates a run and starts it if nothing is in its way, in one transaction, and returns it as it was created: `pending`
 * (api-contract §2.2). A repeated request gets the run of the first one. The caller wakes the runners.
 *
 * @throws 404 unknown workspace or configuration version; 422 a setting that the workspace does not allow
 */
export async function createRun(
  platform: Platform,
  caller: Caller,
  { workspaceId, params, invokeActionAddrs, configurationVersionId }: RunRequest,
  { program, readsStructuredLogs, key }: CreatingClient,
): Promise<RunDetails> {
  const usual = caller.sessionId === undefined ? 'tfe-api' : 'tfe-ui';
  const source = program === 'other' ? usual : 'tfe-cli';
  requireActor(caller);
  const workspace = await readWorkspace(platform, caller, workspaceId, 'plan-runs');
  if (workspace.execution_mode === 'local') {
    refuse(
      'unprocessable',
      'Workspace is configured for local execution: its runs happen on your own machine.',
    );
  }
  if (params.is_destroy && !workspace.allow_destroy_plan) {
    const detail =
      'Destroy plans are not allowed in this workspace: set its allow-destroy-plan to true first.';
    refuse('invalid_attribute', detail, '/data/attributes/is-destroy');
  }
  if (params.terraform_version !== undefined && !isVersionRequest(params.terraform_version)) {
    const detail = `Terraform version "${params.terraform_version}" is not a version: use one like 1.11.4.`;
    refuse('invalid_attribute', detail, '/data/attributes/terraform-version');
  }
  const request = {
    userId: caller.userId,
    key,
    wanted: { ...params, invokeActionAddrs, workspaceId, configurationVersionId },
    isUnique: source === 'tfe-cli' && configurationVersionId !== undefined,
  };
  return await transact(platform.db, async (tx) => {
    const current = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const earlier = await findRepeated(tx, request);
    if (earlier !== undefined) return await detailsOf(tx, earlier);
    const version = await usableConfiguration(tx, caller, current, configurationVersionId);
    const columns = toColumns(params, current, version, caller.origin.via === 'mcp');
    if (params.auto_apply === true && columns.auto_apply) await requireApply(tx, caller, current);
    // The terraform CLI always sends HCL; others may send plain text (terraform-cli A3, B6).
    const sent = { readsStructuredLogs, variablesAs: program === 'terraform' ? 'hcl' : 'auto' } as const;
    const created = await insertRun(platform, tx, caller, current, sent, {
      ...(await withSelfApply(tx, columns, current, {
        askedBy: caller.userId,
        uploadedBy: version.created_by,
      })),
      invoke_action_addrs: jsonListOrNull(invokeActionAddrs),
      organization_id: current.organization_id,
      message: params.message ?? DEFAULT_MESSAGE[source === 'tfe-ui' ? 'pages' : program],
      source,
      created_by: caller.userId,
    });
    await rememberRequest(tx, request, created);
    return await detailsOf(tx, created);
  });
}

async function detailsOf(tx: Tx, run: Run): Promise<RunDetails> {
  const [details] = await readDetails(tx, [run]);
  return details ?? refuse('not_found');
}

/** The requested version may be of another workspace of the organization, if the caller may read its runs. */
async function usableConfiguration(
  tx: Tx,
  caller: Caller,
  workspace: Row<'workspace'>,
  requestedId: string | undefined,
): Promise<ConfigurationVersion> {
  const pointer = '/data/relationships/configuration-version';
  const id = requestedId ?? workspace.current_configuration_version_id;
  if (id === null) {
    refuse(
      'invalid_attribute',
      'Configuration version is missing: upload one to the workspace first.',
      pointer,
    );
  }
  const version = await tx
    .selectFrom('configuration_version')
    .innerJoin('workspace', 'workspace.id', 'configuration_version.workspace_id')
    .selectAll('configuration_version')
    .where('configuration_version.id', '=', id)
    .where('workspace.organization_id', '=', workspace.organization_id)
    // Without the lock it could be archived, or deleted with its workspace, before its new run exists.
    .forKeyShare('configuration_version')
    .executeTakeFirst();
  const home = { id: version?.workspace_id ?? '', organization_id: workspace.organization_id };
  const mayUse =
    home.id === workspace.id || (home.id !== '' && (await canInWorkspace(tx, caller, home, 'read-runs')));
  if (version === undefined || !mayUse) {
    refuse(
      'invalid_attribute',
      `Configuration version ${id} is not one of the organization that you may read.`,
      pointer,
    );
  }
  if (version.status !== 'uploaded') {
    refuse('invalid_attribute', `Configuration version ${id} is ${version.status}, not uploaded.`, pointer);
  }
  return version;
}

/** @throws 403 for a caller who may plan but not apply: the run would wait against the caller's wish */
async function requireApply(tx: Tx, caller: Caller, workspace: Row<'workspace'>): Promise<void> {
  if (await canInWorkspace(tx, caller, workspace, 'apply-runs')) return;
  refuse(
    'forbidden',
    'You may queue runs in this workspace and not apply them: leave auto-apply out, and the run waits for somebody who may.',
    '/data/attributes/auto-apply',
  );
}
