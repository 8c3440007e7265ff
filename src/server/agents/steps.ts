import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { isFinal } from '@runwright/models';
import type {
  ArtifactName,
  ArtifactReply,
  FinishRequest,
  HeartbeatReply,
  InputName,
} from '../../protocol/agent.ts';
import type { Platform } from '../context.ts';
import type { StateSnapshot } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { endStep, recordLateState } from '../runs/progress.ts';
import type { Phase, Run } from '../runs/transitions.ts';
import { hashSecret } from '../secrets/opaque-tokens.ts';
import { factsOf } from '../states/state-facts.ts';
import { findPlanArtifact } from '../runs/plan-artifacts.ts';

interface HeldStep {
  phase: Phase;
  run: Run;
  leaseHash: string;
  /** True while the runner has the step; false when it had it last and the step has ended since. */
  running: boolean;
}

const LEASE_LOST = 'The lease on this step is lost: stop the work. A last state may still be sent.';

/** @throws 404 the step is unknown; 409 the lease is not the step's */
export async function readHeldStep({ db }: Platform, phaseId: string, lease: unknown): Promise<HeldStep> {
  const phase = await db.selectFrom('run_phase').selectAll().where('id', '=', phaseId).executeTakeFirst();
  if (phase === undefined) refuse('not_found');
  const leaseHash = typeof lease === 'string' ? hashSecret(lease) : '';
  if (phase.lease_hash !== leaseHash) refuse('conflict', LEASE_LOST);
  const run = await db.selectFrom('run').selectAll().where('id', '=', phase.run_id).executeTakeFirst();
  if (run === undefined) refuse('not_found');
  return { phase, run, leaseHash, running: phase.status === 'running' };
}

export function requireRunning(step: HeldStep): void {
  if (!step.running) refuse('conflict', LEASE_LOST);
}

export async function openInput({ db, blobs }: Platform, step: HeldStep, name: InputName): Promise<Readable> {
  requireRunning(step);
  const sha256 = await inputDigest(db, step, name);
  return sha256 === null ? refuse('not_found') : await blobs.open(sha256);
}

async function inputDigest(db: Platform['db'], { run }: HeldStep, name: InputName): Promise<string | null> {
  switch (name) {
    case 'configuration': {
      const version = await db
        .selectFrom('configuration_version')
        .select('sha256')
        .where('id', '=', run.configuration_version_id)
        .executeTakeFirst();
      return version?.sha256 ?? null;
    }
    case 'state': {
      // The plan's own state, not the current one: plans that do not hold the workspace go on while its state changes.
      const state = await db
        .selectFrom('run_phase')
        .innerJoin('state_version', 'state_version.id', 'run_phase.input_state_version_id')
        .select('state_version.sha256')
        .where('run_phase.run_id', '=', run.id)
        .where('run_phase.kind', '=', 'plan')
        .executeTakeFirst();
      return state?.sha256 ?? null;
    }
    case 'plan':
      return (await findPlanArtifact(db, run.id, 'plan-file'))?.sha256 ?? null;
    case 'folder':
      return (await findPlanArtifact(db, run.id, 'plan-folder'))?.sha256 ?? null;
  }
}

/** Renews the lease, and holds the answer until the runner should act, or `waitMs` passed. */
export async function heartbeat(
  platform: Platform,
  step: HeldStep,
  waitMs: number,
  signal: AbortSignal,
): Promise<HeartbeatReply> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const enough = new AbortController();
    const remainingMs = Math.max(0, deadline - Date.now());
    const woken = platform.wakeUps.wait(
      topics.step(step.phase.id),
      Math.min(remainingMs, 2_000),
      AbortSignal.any([signal, enough.signal]),
    );
    const wanted = await beat(platform, step);
    if (wanted !== 'none' || remainingMs === 0 || signal.aborted || platform.wakeUps.isClosed()) {
      enough.abort();
      return { signal: wanted };
    }
    await woken;
  }
}

async function beat(
  { db }: Platform,
  { phase, run, leaseHash }: HeldStep,
): Promise<HeartbeatReply['signal']> {
  const renewed = await db
    .updateTable('run_phase')
    .set({ heartbeat_at: new Date() })
    .where('id', '=', phase.id)
    .where('lease_hash', '=', leaseHash)
    .where('status', '=', 'running')
    .executeTakeFirst();
  const now = await db
    .selectFrom('run')
    .select(['status', 'cancel_requested_at'])
    .where('id', '=', run.id)
    .executeTakeFirst();
  if (now?.status === 'force_canceled') return 'kill';
  if (now === undefined || isFinal(now.status) || renewed.numUpdatedRows === 0n)
    refuse('conflict', LEASE_LOST);
  return now.cancel_requested_at === null ? 'none' : 'interrupt';
}

/** @returns the log's length afterwards; bytes that the log has already are skipped */
export async function appendLog(
  platform: Platform,
  step: HeldStep,
  offset: number,
  bytes: Buffer,
): Promise<number> {
  requireRunning(step);
  const length = await platform.logs.append(step.phase.id, offset, bytes);
  platform.wakeUps.wake(topics.log(step.phase.id));
  return length;
}

export async function storeArtifact(
  { db, blobs, limits }: Platform,
  step: HeldStep,
  name: ArtifactName,
  body: Readable,
): Promise<ArtifactReply> {
  requireRunning(step);
  const blob = await blobs.put(body, { maxBytes: limits.artifactBytes });
  const content = { sha256: blob.sha256, size_bytes: blob.sizeBytes };
  await transact(db, async (tx) => {
    // The step may have ended during the upload, and its results may have been approved.
    const running = await tx
      .selectFrom('run_phase')
      .select('id')
      .where('id', '=', step.phase.id)
      .where('lease_hash', '=', step.leaseHash)
      .where('status', '=', 'running')
      .forShare()
      .executeTakeFirst();
    if (running === undefined) refuse('conflict', LEASE_LOST);
    await tx
      .insertInto('phase_artifact')
      .values({ phase_id: step.phase.id, name, ...content })
      .onConflict((conflict) => conflict.columns(['phase_id', 'name']).doUpdateSet(content))
      .execute();
  });
  return blob;
}

/**
 * Keeps the newest state that an apply reported, whatever its content. While the apply runs it is only remembered, and
 * becomes a state version with the end of the run; afterwards (from a runner that was taken for lost) it is recorded at
 * once if it still follows the current state. It is never dropped: one that does not follow, or is no state, is kept as
 * the errored state.
 *
 * @param sequence its place among the states that the runner sends
 */
export async function storeState(
  platform: Platform,
  step: HeldStep,
  sequence: number,
  body: Readable,
): Promise<void> {
  const { db, blobs, limits, stateReader, log } = platform;
  if (step.phase.kind !== 'apply') refuse('conflict', 'Only an apply changes the state.');
  const blob = await blobs.put(body, { maxBytes: limits.appliedStateBytes });
  if (blob.sizeBytes === 0) refuse('unprocessable', 'The state is empty: there is nothing to keep.');
  const reading = await stateReader.read(blob.sha256);
  const phase = db
    .updateTable('run_phase')
    .where('id', '=', step.phase.id)
    .where('lease_hash', '=', step.leaseHash);
  if ('problem' in reading) {
    log.warn({ step: step.phase.id, problem: reading.problem }, 'an apply has left a file that is no state');
    await phase.set({ errored_state_sha256: blob.sha256 }).execute();
    return await recordLateState(platform, step.phase.id, true);
  }
  const { serial, lineage } = factsOf(reading.summary);
  const snapshot: StateSnapshot = { ...blob, md5: reading.md5, serial, lineage, sequence };
  await phase
    .set({ snapshot: JSON.stringify(snapshot) })
    // An abandoned request that arrives late must not replace a newer state. Terraform writes many states of one serial
    // during an apply.
    .where(sql<boolean>`coalesce((snapshot->>'sequence')::bigint, 0) <= ${sequence}`)
    .$if(serial !== null, (update) =>
      update.where(sql<boolean>`coalesce((snapshot->>'serial')::bigint, 0) <= ${serial}`),
    )
    .execute();
  await recordLateState(platform, step.phase.id);
}

/** A repeated call after a lost answer changes nothing. */
export async function finishStep(platform: Platform, step: HeldStep, outcome: FinishRequest): Promise<void> {
  await platform.logs.flush(step.phase.id);
  if (step.running && step.phase.kind === 'plan' && outcome.outcome === 'succeeded') {
    await requirePlanFile(platform.db, step.phase.id);
  }
  const ended = await endStep(platform, step.phase.id, { leaseHash: step.leaseHash }, outcome);
  if (ended) {
    const { kind, status_timestamps } = step.phase;
    platform.measures.stepEnded({
      phase: kind,
      outcome: outcome.outcome,
      times: status_timestamps,
      endedAt: new Date(),
      providers: outcome.providers ?? [],
    });
  } else if (step.phase.status === 'running') {
    const again = await platform.db
      .selectFrom('run_phase')
      .select(['status', 'lease_hash'])
      .where('id', '=', step.phase.id)
      .executeTakeFirst();
    if (again?.lease_hash !== step.leaseHash) refuse('conflict', LEASE_LOST);
  }
}

/** A plan without its file could be shown and approved, but never applied. */
async function requirePlanFile(db: Platform['db'], phaseId: string): Promise<void> {
  const file = await db
    .selectFrom('phase_artifact')
    .select('name')
    .where('phase_id', '=', phaseId)
    .where('name', '=', 'plan-file')
    .executeTakeFirst();
  if (file === undefined) refuse('unprocessable', 'A plan that succeeded must send its plan-file first.');
}
