import { includedOf, relatedId, type Resource } from '@runwright/client';
import { readRun } from './read-run.ts';
import type { NextAction } from '../answer/result.ts';
import { isBeforePlanned, statusOf } from './run-status.ts';
import type { ApiReader } from '../reading/api-reader.ts';
import type { PlanSource } from '../plan/plan-digest.ts';

/** Why there is no list of changes, and the facts that are known anyway. */
export interface MissingPlan {
  /** Completes `the plan of run … `. */
  readonly words: string;
  readonly status: string | null;
  /** The attributes of the plan, with its counts, if there is one. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly next: NextAction | undefined;
}

/** The reason why the server gives no content of a plan: not made yet, never to be made, or not shown. */
export async function missingPlan(source: PlanSource, reader: ApiReader): Promise<MissingPlan> {
  const { plan, runStatus, isWaiting } = await readState(source, reader);
  const attributes = (plan?.attributes ?? {}) as Record<string, unknown>;
  const status = typeof attributes['status'] === 'string' ? attributes['status'] : null;
  const act = (tool: string, why: string): NextAction | undefined =>
    'runId' in source ? { tool, arguments: { run_id: source.runId }, why } : undefined;
  const diagnose = act('diagnose_run', 'what went wrong');
  const known = { status, attributes };
  if (status === 'finished') {
    return { words: 'cannot be seen with this token; only its counts are known', ...known, next: undefined };
  }
  if (status === 'errored' || runStatus === 'errored') {
    return { words: 'failed, so there is no list of changes', ...known, next: diagnose };
  }
  if (status === 'canceled' || ['canceled', 'force_canceled'].includes(runStatus)) {
    return { words: 'was canceled, so there is no list of changes', ...known, next: diagnose };
  }
  if (status === 'unreachable' || runStatus === 'discarded') {
    return { words: 'was never made, because its run ended before', ...known, next: undefined };
  }
  if (isWaiting) {
    return { words: 'is not finished yet', ...known, next: act('wait_for_run', 'until it is planned') };
  }
  return { words: 'cannot be seen with this token', ...known, next: undefined };
}

interface PlanState {
  readonly plan: Resource<unknown> | undefined;
  /** '' where only the plan is known. */
  readonly runStatus: string;
  readonly isWaiting: boolean;
}

/** Servers without includes still name the plan of a run. */
async function readState(source: PlanSource, reader: ApiReader): Promise<PlanState> {
  const { client, signal } = reader;
  if ('planId' in source) {
    const plan = await client.plans.read(source.planId, { signal });
    return { plan, runStatus: '', isWaiting: !['finished', 'errored'].includes(plan.attributes.status) };
  }
  const run = await readRun(reader, source.runId);
  const planId = relatedId(run.data, 'plan');
  const plan =
    includedOf(run, 'plan') ??
    (planId === undefined ? undefined : await client.plans.read(planId, { signal }));
  return { plan, runStatus: statusOf(run.data), isWaiting: isBeforePlanned(run.data) };
}
