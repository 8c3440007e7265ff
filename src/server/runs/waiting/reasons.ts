import type { Kysely } from 'kysely';
import { isFinal, phaseAt } from '@runwright/models';
import type { Platform } from '../../context.ts';
import type { Database } from '../../database/schema.ts';
import {
  closedText,
  missingOf,
  missingText,
  readGates,
  readRequirements,
} from '../../approval-rules/service.ts';
import { actionsOf } from '../actions.ts';
import type { Run } from '../transitions.ts';
import type { WaitReason } from './document.ts';
import { readDurations, secondsLeft } from './history.ts';
import { runnerReason } from './runner-reason.ts';
import { taskReason } from './task-reason.ts';
import { workspaceReason } from './workspace-reason.ts';

/** The reasons why a run waits; none for a run that is over. The caller may read the run. */
export async function readWaitReasons(platform: Platform, run: Run): Promise<WaitReason[]> {
  if (isFinal(run.status)) return [];
  if (run.cancel_requested_at !== null) return [cancelReason(run)];
  const reason = await reasonOf(platform, run);
  return reason === undefined ? [] : [reason];
}

async function reasonOf(platform: Platform, run: Run): Promise<WaitReason | undefined> {
  const { status, plan_only: isPlanOnly, save_plan: isSaved } = run;
  if (status === 'pending' && (isPlanOnly || isSaved)) return undefined;
  if (status === 'pending' || (status === 'confirmed' && isSaved)) {
    return await workspaceReason(platform.db, run);
  }
  if (status === 'plan_queued' || status === 'apply_queued') return await runnerReason(platform, run);
  if (status === 'planning' || status === 'applying') return await workReason(platform.db, run);
  if (status === 'policy_override') {
    return {
      kind: 'policy-override',
      message: 'A policy did not pass: somebody who may override policies has to, or the run is discarded.',
      needsPerson: true,
      since: enteredAt(run),
    };
  }
  const approvals = actionsOf(run).isConfirmable ? await approvalReason(platform.db, run) : undefined;
  return approvals ?? (await taskReason(platform.db, run)) ?? restReason(run);
}

/** The conditions of its workspace that are missing before it can be confirmed. */
async function approvalReason(db: Kysely<Database>, run: Run): Promise<WaitReason | undefined> {
  const requirements = await readRequirements(db, run, await readGates(db, run.workspace_id));
  const missing = missingOf(requirements);
  const since = enteredAt(run);
  if (missing.length > 0)
    return { kind: 'approvals', message: missingText(missing), needsPerson: true, since };
  const { closed } = requirements;
  if (closed === undefined) return undefined;
  return {
    kind: 'change-window',
    message: closedText(closed),
    needsPerson: false,
    since,
    until: closed.until,
  };
}

/** The run waits for a person, or a phase around terraform's own two is at work. */
function restReason(run: Run): WaitReason | undefined {
  const since = enteredAt(run);
  if (actionsOf(run).isConfirmable) {
    const message = 'The plan is ready: somebody who may apply has to confirm or discard it.';
    return { kind: 'confirmation', message, needsPerson: true, since };
  }
  if (phaseAt(run.status, 'held') !== undefined) {
    const message = 'A check did not pass: somebody who may override it has to, or the run is discarded.';
    return { kind: 'decision-on-phase', message, needsPerson: true, since };
  }
  const phase = phaseAt(run.status, 'running');
  if (phase === undefined) return undefined;
  const message = `The phase ${phase.replaceAll('_', ' ')} is being worked on.`;
  return { kind: 'phase-works', message, needsPerson: false, since };
}

function cancelReason(run: Run): WaitReason {
  return {
    kind: 'cancel-requested',
    message:
      'It was canceled: terraform was interrupted and is ending. If it does not, force-cancel the run.',
    needsPerson: false,
    since: run.cancel_requested_at,
    until: run.force_cancel_available_at,
  };
}

async function workReason(db: Kysely<Database>, run: Run): Promise<WaitReason> {
  const kind = run.status === 'applying' ? 'apply' : 'plan';
  const since = enteredAt(run);
  const durations = await readDurations(db, run.workspace_id);
  return {
    kind: 'terraform-works',
    message: `Terraform is working on the ${kind}.`,
    needsPerson: false,
    since,
    estimatedSeconds: secondsLeft(durations[kind], since),
  };
}

/** The time at which the run got its status. */
function enteredAt({ status, status_timestamps: stamps }: Pick<Run, 'status' | 'status_timestamps'>) {
  const stamp = stamps[`${status.replaceAll('_', '-')}-at`];
  return stamp === undefined ? null : new Date(stamp);
}
