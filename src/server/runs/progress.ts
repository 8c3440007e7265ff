import type { RunEvent } from '@runwright/models';
import type { EngineProduct, ModuleUse, ProviderUse, StepVariable } from '../../protocol/agent.ts';
import type { RiskFinding } from '../../protocol/plan-risk.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { reasonNotToApply } from '../approval-rules/service.ts';
import { weighPlan } from '../plan-risk/weigh-plan.ts';
import { enqueueTriggeredRuns } from '../run-triggers/enqueue.ts';
import { recordDrift } from '../states/record-drift.ts';
import { prepareSnapshot, recordSnapshot } from '../states/record-snapshot.ts';
import { openRunVariables } from '../variables/snapshot.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { explainInLog } from './log.ts';
import { happen } from './life.ts';
import { advanceWorkspace } from './schedule.ts';
import { happenAndConfirm } from './self-confirm.ts';
import { discardStalePlans, isStale } from './stale.ts';
import { lockRun, movePhase, recordEvent, type Phase, type Run, type Tx } from './transitions.ts';

/** A runner's report of a step that has ended. */
export interface Outcome {
  outcome: 'succeeded' | 'errored' | 'canceled';
  engineVersion?: string;
  counts?: { additions: number; changes: number; destructions: number; imports: number };
  hasChanges?: boolean;
  drifted?: number;
  generatedConfiguration?: boolean;
  engine?: EngineProduct;
  platform?: string;
  providers?: ProviderUse[];
  modules?: ModuleUse[];
  message?: string;
  risks?: RiskFinding[];
}

export interface BegunStep {
  run: Run;
  phase: Phase;
  variables: StepVariable[];
}

/**
 * Gives a queued step to a runner: the run is planning or applying from here on, under the lease.
 *
 * @returns undefined when the step is no longer wanted (canceled, discarded, given away already), or when its plan is
 *   stale or its variables cannot be read; then the run has ended as errored
 */
export async function beginStep(
  platform: Platform,
  tx: Tx,
  phaseId: string,
  lease: { hash: string; name: string; poolId: string | null; agentId: string | null },
): Promise<BegunStep | undefined> {
  const found = await findStep(tx, phaseId);
  if (found === undefined) return undefined;
  const workspace = await lockWorkspaceRow(tx, found.workspace_id);
  const run = await lockRun(tx, found.run_id);
  const phase = await readPhase(tx, phaseId);
  const expected = phase.kind === 'plan' ? 'plan_queued' : 'apply_queued';
  if (workspace === undefined || phase.status !== 'queued' || run.status !== expected) return undefined;
  if (phase.agent_pool_id !== lease.poolId) return undefined;
  if (phase.kind === 'apply' && (await isStale(tx, run))) {
    const description = 'The state has changed since the plan was made, so the plan was not applied.';
    await endUnbegun(platform, tx, workspace, run, phase, description);
    return undefined;
  }
  // Checked once more: the approved things may have changed since the confirmation, and a freeze may have begun.
  const refused = phase.kind === 'apply' ? await reasonNotToApply(tx, run, workspace) : undefined;
  if (refused !== undefined) {
    await endUnbegun(platform, tx, workspace, run, phase, `${refused} The plan was not applied.`);
    return undefined;
  }
  const opened = await openRunVariables(platform, tx, run.id);
  if (!opened.ok) {
    await endUnbegun(platform, tx, workspace, run, phase, `The variables cannot be read: ${opened.problem}.`);
    return undefined;
  }
  await movePhase(tx, run.id, phase.kind, 'running', {
    lease_hash: lease.hash,
    runner_name: lease.name,
    agent_id: lease.agentId === null ? null : await findAgent(tx, lease.agentId),
    heartbeat_at: new Date(),
    ...(phase.kind === 'plan' ? { input_state_version_id: workspace.current_state_version_id } : {}),
  });
  const event: RunEvent = { type: phase.kind === 'plan' ? 'planStarted' : 'applyStarted' };
  const moved = await happen(platform, tx, run, event, { description: `on ${lease.name}` });
  return { run: moved, phase: await readPhase(tx, phaseId), variables: opened.variables };
}

/** null when the agent has been deleted since it asked for work. */
async function findAgent(tx: Tx, id: string): Promise<string | null> {
  const agent = await tx
    .selectFrom('agent')
    .select('id')
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();
  return agent?.id ?? null;
}

/** Ends a step that cannot begin, so that it does not block all others. */
async function endUnbegun(
  platform: Platform,
  tx: Tx,
  workspace: Row<'workspace'>,
  run: Run,
  phase: Phase,
  description: string,
): Promise<void> {
  await explainInLog(tx, phase, `The ${phase.kind} was not started`, description);
  const columns = { error_message: description };
  await happen(platform, tx, run, { type: 'workerLost' }, { description, columns });
  await advanceWorkspace(platform, tx, workspace);
}

/**
 * Ends a running step and advances the run, in one transaction with its state.
 *
 * @param by the runner that holds the step; or the server, for a runner that has been silent since before that time
 * @returns false when the step is not running, or belongs to another runner
 */
export async function endStep(
  platform: Platform,
  phaseId: string,
  by: { leaseHash: string } | { silentSince: Date },
  outcome: Outcome,
): Promise<boolean> {
  await prepareSnapshot(platform, phaseId);
  const ended = await transact(platform.db, async (tx) => {
    const found = await findStep(tx, phaseId);
    if (found === undefined) return false;
    const workspace = await lockWorkspaceRow(tx, found.workspace_id);
    if (workspace === undefined) return false;
    const run = await lockRun(tx, found.run_id);
    const phase = await readPhase(tx, phaseId);
    const theirs =
      'leaseHash' in by
        ? phase.lease_hash === by.leaseHash
        : phase.heartbeat_at !== null && phase.heartbeat_at < by.silentSince;
    if (phase.status !== 'running' || !theirs) return false;
    await recordOrigins(tx, phase, outcome);
    if (phase.kind === 'plan') await endPlan(platform, tx, run, phase, outcome);
    const isKept = phase.kind === 'apply' && (await endApply(platform, tx, run, phase, outcome));
    if ('silentSince' in by || isKept) {
      const summary = 'silentSince' in by ? 'The runner was lost' : NOT_CURRENT;
      const lost = 'silentSince' in by ? (outcome.message ?? '') : '';
      await explainInLog(
        tx,
        phase,
        summary,
        [lost, isKept ? howToFetch(platform, phase) : ''].join(' ').trim(),
      );
    }
    await advanceWorkspace(platform, tx, workspace);
    return true;
  });
  platform.wakeUps.wake(topics.work);
  platform.wakeUps.wake(topics.log(phaseId));
  platform.wakeUps.wake(topics.step(phaseId));
  return ended;
}

/** Records the machine of the step, and the providers and modules that it used. */
async function recordOrigins(tx: Tx, phase: Phase, { platform, providers, modules }: Outcome): Promise<void> {
  if (platform === undefined && providers === undefined) return;
  await tx
    .updateTable('run_phase')
    .set({
      platform: platform ?? null,
      providers: JSON.stringify(providers ?? []),
      modules: JSON.stringify(modules ?? []),
    })
    .where('id', '=', phase.id)
    .execute();
}

async function endPlan(platform: Platform, tx: Tx, run: Run, phase: Phase, outcome: Outcome): Promise<void> {
  if (run.cancel_requested_at !== null || outcome.outcome !== 'succeeded') {
    await endBadly(platform, tx, run, { type: 'planFailed' }, outcome);
    return;
  }
  const { counts, generatedConfiguration = false, hasChanges = false } = outcome;
  await movePhase(tx, run.id, 'plan', 'finished', {
    ...counts,
    ...(await weighPlan(tx, run, outcome)),
    generated_configuration: generatedConfiguration,
  });
  await recordDrift(tx, run, phase.input_state_version_id, outcome.drifted);
  const event = { type: 'planFinished', hasChanges, generatedConfiguration } as const;
  await happenAndConfirm(platform, tx, run, event, {
    columns: {
      terraform_version: outcome.engineVersion ?? run.terraform_version,
      engine: outcome.engine ?? run.engine,
    },
  });
}

const NOT_CURRENT =
  'The state this apply left did not become the current one; it is kept as its errored state';

/** Advice in the log about a state that is kept but not current. */
const howToFetch = ({ publicUrl }: Platform, { id }: Phase): string =>
  `Fetch it from ${publicUrl}/api/v2/applies/${id}/errored-state (MCP: get_errored_state) and compare it with the ` +
  `current state. To make it the current one, give it a serial above the current one and use "terraform state push".`;

/** @returns whether a state is kept that did not become current */
async function endApply(
  platform: Platform,
  tx: Tx,
  run: Run,
  phase: Phase,
  outcome: Outcome,
): Promise<boolean> {
  const state = await recordSnapshot(platform, tx, run);
  const isKept = state === 'diverged' || phase.errored_state_sha256 !== null;
  if (isKept) {
    await movePhase(tx, run.id, 'apply', 'errored', outcome.counts ?? {});
    const kept = { outcome: 'errored', message: `${NOT_CURRENT}.` } as const;
    await endBadly(platform, tx, run, { type: 'applyFailed' }, kept);
  } else if (outcome.outcome === 'succeeded') {
    // Also after a cancel that came too late: a finished apply is recorded as finished (api-contract §3.3 row 40).
    await movePhase(tx, run.id, 'apply', 'finished', outcome.counts ?? {});
    const applied = await happen(platform, tx, run, { type: 'applyFinished' });
    await enqueueTriggeredRuns(platform, tx, applied);
  } else {
    const canceled = run.cancel_requested_at !== null;
    await movePhase(tx, run.id, 'apply', canceled ? 'canceled' : 'errored', outcome.counts ?? {});
    await endBadly(platform, tx, run, { type: 'applyFailed' }, outcome);
  }
  if (state === 'recorded') {
    await discardStalePlans(platform, tx, run.workspace_id, `${run.id} has changed the state`);
  }
  return isKept;
}

async function endBadly(
  platform: Platform,
  tx: Tx,
  run: Run,
  event: RunEvent,
  outcome: Outcome,
): Promise<void> {
  if (run.cancel_requested_at !== null) {
    await happen(platform, tx, run, event, { actorId: run.canceled_by });
    return;
  }
  const description =
    outcome.message ??
    (outcome.outcome === 'canceled'
      ? 'The runner was stopped before terraform had ended. Create a new run; it plans what is left to do.'
      : 'terraform ended with an error; the log says which');
  await happen(platform, tx, run, event, { description, columns: { error_message: description } });
}

/**
 * Records a state that arrives after its run has ended, from a runner that was taken for lost or was killed.
 *
 * @param isKept it is the errored state already, because it cannot be read
 */
export async function recordLateState(platform: Platform, phaseId: string, isKept = false): Promise<void> {
  await prepareSnapshot(platform, phaseId);
  await transact(platform.db, async (tx) => {
    const found = await findStep(tx, phaseId);
    if (found === undefined) return;
    await lockWorkspaceRow(tx, found.workspace_id);
    const run = await lockRun(tx, found.run_id);
    const phase = await readPhase(tx, phaseId);
    if (phase.status === 'running') return;
    const state = isKept
      ? 'diverged'
      : await recordSnapshot(platform, tx, run, !(await isApplying(tx, run.workspace_id)));
    if (state === 'unchanged') return;
    if (state === 'recorded') {
      await discardStalePlans(platform, tx, run.workspace_id, `a late state of ${run.id} was recorded`);
    } else {
      if (!(phase.log_end ?? '').includes(NOT_CURRENT))
        await explainInLog(tx, phase, NOT_CURRENT, howToFetch(platform, phase));
    }
    await recordEvent(tx, run.id, 'state_recovered', {
      description:
        state === 'recorded' ? 'a late state was recorded' : 'a late state was kept as the errored state',
    });
  });
}

/** During an apply, the workspace's state is the one of its plan until the apply reports another. */
async function isApplying(tx: Tx, workspaceId: string): Promise<boolean> {
  const applying = await tx
    .selectFrom('run')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('status', '=', 'applying')
    .executeTakeFirst();
  return applying !== undefined;
}

async function findStep(
  tx: Tx,
  phaseId: string,
): Promise<{ run_id: string; workspace_id: string } | undefined> {
  return await tx
    .selectFrom('run_phase')
    .innerJoin('run', 'run.id', 'run_phase.run_id')
    .select(['run.id as run_id', 'run.workspace_id'])
    .where('run_phase.id', '=', phaseId)
    .executeTakeFirst();
}

async function readPhase(tx: Tx, id: string): Promise<Phase> {
  return await tx.selectFrom('run_phase').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
