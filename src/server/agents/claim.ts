import { randomBytes } from 'node:crypto';
import type { ClaimRequest, Step } from '../../protocol/agent.ts';
import { AGENT_PROTOCOL } from '../../protocol/agent.ts';
import { mintRunToken } from '../access/run-tokens.ts';
import { pingAgent } from '../agent-pools/agents.ts';
import { isDrained } from '../agent-pools/drain.ts';
import { pingServerRunner } from '../agent-pools/server-runners.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import { nextStepOfPool, wantsOtherMachine } from '../runs/pool-steps.ts';
import { beginStep, type BegunStep } from '../runs/progress.ts';
import type { Run, Tx } from '../runs/transitions.ts';
import { openSshKey } from '../ssh-keys/service.ts';
import { hashSecret } from '../secrets/opaque-tokens.ts';
import { findPlanArtifact } from '../runs/plan-artifacts.ts';

/** Jobs whose wake-up was lost (another server died right after its commit) are found after this long. */
const LOOK_AGAIN_MS = 25_000;

/**
 * The next step for a runner, or undefined after `waitMs`. A job is only the delivery: it is taken and completed in the
 * transaction that gives the step its lease, so a step is given away exactly once, wherever a server is killed
 * (docs/adr/0004-agent-protocol.md).
 */
export async function claimStep(
  platform: Platform,
  { name, identity, platform: machine, waitMs }: ClaimRequest,
  from: { poolId: string | null; address: string },
  signal: AbortSignal,
): Promise<Step | undefined> {
  const { poolId } = from;
  const agentId =
    poolId === null ? null : await pingAgent(platform, poolId, { name, identity }, from.address);
  if (poolId === null) await pingServerRunner(platform, { name, identity });
  const runner = { name, poolId, agentId, machine };
  const deadline = Date.now() + waitMs;
  for (;;) {
    const enough = new AbortController();
    const remainingMs = Math.max(0, deadline - Date.now());
    const woken = platform.wakeUps.wait(
      topics.work,
      Math.min(LOOK_AGAIN_MS, remainingMs),
      AbortSignal.any([signal, enough.signal]),
    );
    const step = signal.aborted ? undefined : await claimNow(platform, runner, signal);
    if (step !== undefined || signal.aborted || remainingMs === 0 || platform.wakeUps.isClosed()) {
      enough.abort();
      return step;
    }
    await woken;
    // Nothing has changed since this call looked: the runner's next call looks again, at once.
    if (Date.now() >= deadline) return undefined;
  }
}

class RunnerGone extends Error {}

type Input = NonNullable<Step['inputs']['plan']>;

/** A step that this runner may not have is offered to others before it is shown to it again. */
const FOR_OTHERS_MS = 2_000;

interface Runner {
  name: string;
  /** `linux_amd64`; undefined for a runner that does not say, which is given any step. */
  machine: string | undefined;
  poolId: string | null;
  agentId: string | null;
}

async function claimNow(platform: Platform, runner: Runner, signal: AbortSignal): Promise<Step | undefined> {
  for (;;) {
    const lease = randomBytes(24).toString('base64url');
    const claimed = await transact(platform.db, async (tx) => {
      const job =
        runner.poolId === null
          ? await platform.queue.fetch<{ phaseId: string }>(queues.defaultSteps, tx)
          : null;
      const phaseId =
        runner.poolId === null ? job?.data.phaseId : await nextStepOfPool(tx, runner.poolId, runner.machine);
      if (phaseId === undefined) return undefined;
      if (runner.agentId !== null && (await isDrained(tx, runner.agentId))) return undefined;
      if (job !== null && (await wantsOtherMachine(tx, phaseId, runner.machine))) {
        await platform.queue.complete(tx, job);
        const notBefore = new Date(Date.now() + FOR_OTHERS_MS);
        const options = { priority: priorities.apply, singletonKey: phaseId, notBefore };
        await platform.queue.enqueue(tx, queues.defaultSteps, { phaseId }, options);
        return { phaseId, step: undefined, isForOthers: true };
      }
      const begun = await beginStep(platform, tx, phaseId, { hash: hashSecret(lease), ...runner });
      if (job !== null) await platform.queue.complete(tx, job);
      // No runner would get this answer: the job goes back to the queue.
      if (signal.aborted) throw new RunnerGone();
      const step = begun && (await describeStep(platform, tx, begun, lease));
      return { phaseId, step, isForOthers: false };
    }).catch((error: unknown) => {
      if (error instanceof RunnerGone) return undefined;
      throw error;
    });
    if (claimed === undefined) return undefined;
    platform.wakeUps.wake(topics.log(claimed.phaseId));
    if (claimed.isForOthers) {
      setTimeout(() => platform.wakeUps.wake(topics.work), FOR_OTHERS_MS + 50).unref();
      continue;
    }
    // A step that is no longer wanted may have left its workspace to the next run.
    if (claimed.step !== undefined) return claimed.step;
    platform.wakeUps.wake(topics.work);
  }
}

async function describeStep(
  platform: Platform,
  tx: Tx,
  { run, phase, variables }: BegunStep,
  lease: string,
): Promise<Step> {
  const workspace = await tx
    .selectFrom('workspace')
    .innerJoin('organization', 'organization.id', 'workspace.organization_id')
    .innerJoin('project', 'project.id', 'workspace.project_id')
    .innerJoin('configuration_version', (join) =>
      join.on('configuration_version.id', '=', run.configuration_version_id),
    )
    .leftJoin('state_version', 'state_version.id', 'workspace.current_state_version_id')
    .select(['workspace.id', 'workspace.name', 'workspace.working_directory'])
    .select(['organization.name as organization_name', 'project.name as project_name'])
    .select([
      'configuration_version.sha256 as archive_sha256',
      'configuration_version.size_bytes as archive_bytes',
    ])
    .select(['state_version.sha256 as state_sha256', 'state_version.size_bytes as state_bytes'])
    .select(['state_version.serial', 'state_version.lineage'])
    .where('workspace.id', '=', run.workspace_id)
    .executeTakeFirstOrThrow();
  const [planFile, folder] = phase.kind === 'plan' ? [null, null] : await readPlanned(tx, run);
  return {
    protocol: AGENT_PROTOCOL,
    id: phase.id,
    phase: phase.kind,
    lease,
    leaseMs: platform.limits.leaseMs,
    run: {
      id: run.id,
      isDestroy: run.is_destroy,
      refresh: run.refresh,
      refreshOnly: run.refresh_only,
      planOnly: run.plan_only,
      allowConfigGeneration: run.allow_config_generation,
      debuggingMode: run.debugging_mode,
      targetAddrs: run.target_addrs ?? [],
      replaceAddrs: run.replace_addrs ?? [],
      invokeActionAddrs: run.invoke_action_addrs ?? [],
    },
    organization: { name: workspace.organization_name, id: run.organization_id },
    project: { name: workspace.project_name },
    workspace: {
      id: workspace.id,
      name: workspace.name,
      workingDirectory: workspace.working_directory.replace(/^\/+/, ''),
      structuredRunOutput: phase.structured_log,
    },
    engineVersion: run.terraform_version,
    engine: run.engine,
    variables,
    sshKey: await openSshKey(platform, tx, run.workspace_id),
    runToken: {
      ...{ secret: await mintRunToken(tx, run.id), serverUrl: platform.publicUrl },
      aliases: [...platform.aliases],
    },
    inputs: {
      configuration: required(workspace.archive_sha256, workspace.archive_bytes, 'configuration'),
      state:
        workspace.state_sha256 === null || workspace.serial === null || workspace.lineage === null
          ? null
          : {
              ...required(workspace.state_sha256, workspace.state_bytes, 'state'),
              serial: workspace.serial,
              lineage: workspace.lineage,
            },
      plan: planFile,
      folder,
    },
  };
}

/** The results of the approved plan: its file, and what it changed in its folder. */
async function readPlanned(tx: Tx, run: Run): Promise<[Input, Input | null]> {
  const file = await findPlanArtifact(tx, run.id, 'plan-file');
  const folder = await findPlanArtifact(tx, run.id, 'plan-folder');
  return [
    required(file?.sha256 ?? null, file?.size_bytes ?? null, 'plan file'),
    folder === undefined ? null : { sha256: folder.sha256, sizeBytes: folder.size_bytes },
  ];
}

function required(sha256: string | null, sizeBytes: number | null, what: string): Input {
  if (sha256 === null || sizeBytes === null) throw new Error(`a step was queued without its ${what}`);
  return { sha256, sizeBytes };
}
