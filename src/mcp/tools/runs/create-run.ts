import { ApiError, type Client, type Run } from '@runwright/client';
import { RunCreateRequest } from '@runwright/models';
import { failureFromApi, serverWords, type Failure } from '../../answer/failure.ts';
import { statusOf } from '../../runs/run-status.ts';
import { reportRun } from '../../runs/run-summary.ts';
import { isAnswerNeeded, type ApprovalRequest } from '../../safety/approval.ts';
import { guarded } from '../../safety/guarded.ts';
import { defineTool } from '../../tool/tool.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';
import { cleanText } from '../../text/untrusted-text.ts';

export const createRun = defineTool({
  name: 'create_run',
  title: 'Create run',
  description:
    'Starts a Terraform run in a workspace, with its current configuration. It plans, then waits for apply_run unless ' +
    'auto_apply or plan_only is set. Follow it with wait_for_run.',
  kind: 'write',
  toolsets: ['core', 'runs'],
  input: RunCreateRequest,
  subject: ({ workspace_id }) => `a run in workspace ${workspace_id}`,
  async handle(request, context): Promise<ToolOutcome> {
    const { idempotencyKey } = context;
    // If the key were ignored, a second call would make a second run.
    if (idempotencyKey !== undefined && !isIdempotencyKey(idempotencyKey)) return { failure: BAD_KEY };
    const question = await approvalFor(request, context);
    return question === undefined
      ? create(request, context)
      : guarded(question, context.approval, () => create(request, context));
  },
});

const isIdempotencyKey = (key: unknown): key is string =>
  typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key);

const BAD_KEY: Failure = {
  code: 'invalid_argument',
  happened: 'tfc/idempotency-key in _meta is not 1 to 200 visible ASCII characters, so nothing was sent.',
  next: 'call again with another key, or without one.',
};

async function create(request: RunCreateRequest, context: ToolContext): Promise<ToolOutcome> {
  const startedAtMs = Date.now();
  let run: Run;
  try {
    const { signal, idempotencyKey } = context;
    run = await context.client.runs.create(request, {
      signal,
      ...(isIdempotencyKey(idempotencyKey) ? { idempotencyKey } : {}),
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { failure: await explainFailure(error, request, startedAtMs, context) };
  }
  const planOnly = run.attributes['plan-only'] === true ? ' It only plans and can never be applied.' : '';
  const headline = `Created run ${run.id} in workspace ${request.workspace_id}; it is ${statusOf(run)}.${planOnly}`;
  return reportRun(headline, { data: run }, { warnings: warningsFor(request, run) });
}

/**
 * The question before a run is created that will change something without another step, or that is to destroy
 * everything. Without the argument, the workspace decides about `auto_apply`, so it is read first.
 */
async function approvalFor(
  { workspace_id, params, configuration_version_id }: RunCreateRequest,
  context: ToolContext,
): Promise<ApprovalRequest | undefined> {
  if (params?.plan_only === true) return undefined;
  // A saved plan waits for a person whatever its workspace says; arguments of the call itself are still asked about.
  const isSaved = params?.save_plan === true;
  const isDestroy = params?.is_destroy === true;
  const isAsked = isDestroy || params?.auto_apply === true;
  if (!isAsked && (params?.auto_apply === false || isSaved || !isAnswerNeeded(context.approval)))
    return undefined;
  const { client, signal } = context;
  const workspace = isAnswerNeeded(context.approval)
    ? await client.workspaces.read(workspace_id, { signal })
    : undefined;
  const setting = isSaved ? false : workspace?.attributes['auto-apply'];
  const appliesItself = params?.auto_apply ?? setting ?? null;
  if (!isAsked && appliesItself !== true) return undefined;
  const what = isDestroy ? 'a run that DESTROYS everything' : 'a run';
  return {
    tool: 'create_run',
    subject: `a run in workspace ${workspace_id}`,
    title: `Create ${what} in workspace ${workspace_id}?`,
    facts: [
      ...(workspace === undefined ? [] : [`workspace: ${cleanText(workspace.attributes.name, 100)}`]),
      appliesItself === true
        ? 'it applies itself as soon as it is planned, without another question'
        : 'it waits for confirmation after its plan',
      ...(params?.target_addrs === undefined
        ? []
        : [`only: ${cleanText(params.target_addrs.join(', '), 300)}`]),
    ],
    boundTo: {
      workspace_id,
      params: params ?? null,
      configuration_version_id: configuration_version_id ?? null,
      appliesItself,
    },
  };
}

function warningsFor({ params }: RunCreateRequest, run: Run): string[] {
  const { attributes } = run;
  const warnings: string[] = [];
  if (
    attributes['is-destroy'] === true &&
    attributes['auto-apply'] === true &&
    attributes['plan-only'] !== true
  ) {
    warnings.push(
      'This run destroys everything in the workspace and applies itself as soon as it is planned; cancel_run stops it.',
    );
  }
  if (params?.plan_only === true && params.auto_apply === true) {
    warnings.push('auto_apply has no effect on a plan-only run.');
  }
  const bareWords = (params?.variables ?? []).filter(({ value }) => isBareWord(value)).map(({ key }) => key);
  if (bareWords.length > 0) {
    warnings.push(
      `HCP Terraform reads run variables as HCL: text needs its own quotes there (${bareWords.join(', ')} has none).`,
    );
  }
  return warnings;
}

/** Text that is not an HCL literal: not quoted, not a number, list, map, true, false or null. */
function isBareWord(value: string): boolean {
  return !/^\s*(["[{<]|-?\d+(\.\d+)?\s*$|(true|false|null)\s*$)/.test(value);
}

/** After a lost answer the run may exist. It is looked for, so that the caller does not start a second one. */
async function explainFailure(
  error: ApiError,
  request: RunCreateRequest,
  startedAtMs: number,
  { client, signal }: ToolContext,
): Promise<Failure> {
  const failure = failureFromApi(error, `a run in workspace ${request.workspace_id}`);
  const { workspace_id: workspaceId, configuration_version_id: versionId } = request;
  if (error.code === 'not_found') {
    const version = versionId === undefined ? '' : ` or no configuration version ${versionId}`;
    return {
      ...failure,
      happened: `there is no workspace ${workspaceId}${version}, or your token cannot see it or start runs in it (404)${serverWords(error)}.`,
      next: `check the workspace id${versionId === undefined ? '' : ' and the configuration version'} with the user.`,
    };
  }
  if (
    error.code === 'invalid' &&
    versionId === undefined &&
    /configuration[ -]version/i.test(serverWords(error))
  ) {
    return {
      ...failure,
      next: 'no tool uploads a configuration: ask the user to do it, with terraform plan, runwright run create or a connected repository.',
    };
  }
  if (!error.mayHaveHappened) return failure;
  const candidates = await findCandidates(client, request, startedAtMs, signal);
  return {
    ...failure,
    now: [
      ...(failure.now ?? []),
      candidates === undefined
        ? 'the workspace could not be searched for the new run either.'
        : candidates.length === 0
          ? 'no new run is visible in the workspace so far.'
          : `runs created there since: ${candidates.join(', ')}.`,
    ],
    next:
      candidates !== undefined && candidates.length > 0
        ? 'read these runs with get_run_details; call create_run again only if none of them is yours.'
        : 'call list_runs_in_workspace in a few seconds and create the run again only if it is not there.',
  };
}

/** Servers' clocks differ from ours. */
const CLOCK_TOLERANCE_MS = 60_000;

async function findCandidates(
  client: Client,
  { workspace_id, params }: RunCreateRequest,
  startedAtMs: number,
  signal: AbortSignal | undefined,
): Promise<string[] | undefined> {
  try {
    const page = await client.runs.listInWorkspace(workspace_id, {
      ...(params?.plan_only === true ? { operation: 'plan_only' } : {}),
      signal,
    });
    return page.data
      .filter(({ attributes }) => {
        const isNew = Date.parse(attributes['created-at'] ?? '') >= startedAtMs - CLOCK_TOLERANCE_MS;
        return isNew && (params?.message === undefined || attributes.message === params.message);
      })
      .map((run) => run.id);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
