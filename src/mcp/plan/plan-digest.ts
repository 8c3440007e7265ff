import { quoteInexactNumbers } from '@runwright/models';
import { ApiError, type OpenAnswer } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';
import {
  actionOf,
  PLAN_ACTIONS,
  readChange,
  type JsonChange,
  type JsonResourceChange,
  type PlanAction,
  type PlanChange,
} from './plan-change.ts';
import { UNREAD_VALUES, valuesOf, type ChangeValues } from './plan-values.ts';
import { SectionScanner, type SectionItem } from './section-scanner.ts';

/** The changes of a plan, without values. */
export interface PlanDigest {
  readonly counts: Readonly<Record<PlanAction, number>>;
  /** Without entries that change nothing: destroyed and replaced first, then updated, then the rest. */
  readonly changes: readonly PlanChange[];
  /** Differences to the last state that terraform did not make. */
  readonly drift: readonly PlanChange[];
  readonly outputs: readonly { readonly name: string; readonly action: PlanAction }[];
  /** The numbers of imported resources and of moved ones, whatever else happens to them. */
  readonly imports: number;
  readonly moves: number;
  /** Addresses of checks that do not pass. */
  readonly failed_checks: readonly string[];
  readonly warnings: readonly string[];
}

/** A digest that can be compared with another one. */
export interface ComparablePlan extends PlanDigest {
  /** By the address of a change, or by `output.` and the name of a changed output. */
  readonly values: ReadonlyMap<string, ChangeValues>;
}

export type PlanSource = { readonly runId: string } | { readonly planId: string };

const SECTIONS = ['resource_changes', 'resource_drift', 'output_changes', 'checks'];
/** Terraform's own plans stay far below this; further changes are counted and not kept. */
const MAX_CHANGES = 50_000;
const MAX_NAME_LENGTH = 1_000;

/**
 * Reads a plan as a stream. undefined while there is no plan, and when the server shows none to this token: `full`
 * needs an administrator of the workspace, `redacted` anybody who may read runs.
 */
export const readPlanDigest = (source: PlanSource, reader: ApiReader): Promise<PlanDigest | undefined> =>
  readPlan(source, reader, () => undefined);

/** {@link readPlanDigest} with digests of the values. */
export async function readComparablePlan(
  source: PlanSource,
  reader: ApiReader,
): Promise<ComparablePlan | undefined> {
  const values = new Map<string, ChangeValues>();
  const read = await readPlan(source, reader, (address, entry, form) => {
    if (values.size < MAX_CHANGES) {
      values.set(address, entry === undefined ? UNREAD_VALUES : valuesOf(entry, form));
    }
  });
  return read === undefined ? undefined : { ...read, values };
}

/** @param note gets each change of the stream; one that is too large comes without its entry */
async function readPlan(
  source: PlanSource,
  reader: ApiReader,
  note: (address: string, entry: JsonResourceChange | undefined, form: Form) => void,
): Promise<PlanDigest | undefined> {
  for (const form of ['full', 'redacted'] as const) {
    const answer = await openPlan(source, form, reader);
    if (answer === 'not shown') continue;
    if (answer.status === 204) {
      await answer.close();
      return undefined;
    }
    return digest(answer, (address, entry) => {
      note(address, entry, form);
    });
  }
  return undefined;
}

type Form = 'full' | 'redacted';

/** One form of a plan; `not shown` when the server does not have it, or not for this token. */
export async function openPlan(
  source: PlanSource,
  form: Form,
  { client, signal }: ApiReader,
): Promise<OpenAnswer | 'not shown'> {
  try {
    return 'runId' in source
      ? await client.plans.openJsonOfRun(source.runId, form, { signal })
      : await client.plans.openJson(source.planId, form, { signal });
  } catch (error) {
    const isHidden = error instanceof ApiError && [403, 404, 410, 422].includes(error.status);
    if (isHidden) return 'not shown';
    throw error;
  }
}

async function digest(
  answer: OpenAnswer,
  note: (address: string, entry: JsonResourceChange | undefined) => void,
): Promise<PlanDigest> {
  const counts = Object.fromEntries(PLAN_ACTIONS.map((action) => [action, 0])) as Record<PlanAction, number>;
  const changes: PlanChange[] = [];
  const drift: PlanChange[] = [];
  const outputs: { name: string; action: PlanAction }[] = [];
  const failed: string[] = [];
  const warnings: string[] = [];
  let [imports, moves] = [0, 0];

  function take(item: SectionItem): void {
    const entry = parse(item);
    switch (item.section) {
      case 'resource_changes': {
        const change = entry === undefined ? tooLarge(item) : readChange(entry as JsonResourceChange);
        counts[change.action] += 1;
        if (change.imported === true) imports += 1;
        if (change.moved_from !== undefined) moves += 1;
        if (change.action === 'no-op') return;
        note(change.address, entry as JsonResourceChange | undefined);
        if (changes.length < MAX_CHANGES) changes.push(change);
        return;
      }
      case 'resource_drift':
        if (entry !== undefined && drift.length < MAX_CHANGES)
          drift.push(readChange(entry as JsonResourceChange));
        return;
      case 'output_changes': {
        const change = (entry ?? {}) as JsonChange;
        const action = entry === undefined ? 'update' : actionOf(change);
        if (action === 'no-op') return;
        outputs.push({ name: cleanText(item.key, MAX_NAME_LENGTH), action });
        note(`output.${cleanText(item.key, MAX_NAME_LENGTH)}`, entry === undefined ? undefined : { change });
        return;
      }
      default: {
        const check = entry as { status?: string; address?: { to_display?: string } } | undefined;
        if (check?.status === 'fail' || check?.status === 'error')
          failed.push(cleanText(check.address?.to_display ?? '?', MAX_NAME_LENGTH));
      }
    }
  }

  const scanner = new SectionScanner(SECTIONS);
  for await (const chunk of answer.chunks) for (const item of scanner.push(chunk)) take(item);
  if (!scanner.isWhole) throw notWhole(answer.status);
  const total = PLAN_ACTIONS.reduce((sum, action) => sum + (action === 'no-op' ? 0 : counts[action]), 0);
  if (total > changes.length)
    warnings.push(`Only ${String(changes.length)} of ${String(total)} changes were kept.`);
  const order = (change: PlanChange): number => PLAN_ACTIONS.indexOf(change.action);
  changes.sort((a, b) => order(a) - order(b));
  return { counts, changes, drift, outputs, imports, moves, failed_checks: failed, warnings };
}

/** The page of a proxy, or a part of a plan, must not pass for a plan with few changes. */
function notWhole(status: number): ApiError {
  return new ApiError({
    code: 'upstream_error',
    status,
    title: 'unexpected answer',
    detail: 'what came as the plan is not a whole JSON object',
  });
}

function parse(item: SectionItem): unknown {
  if (item.json === undefined) return undefined;
  try {
    return JSON.parse(quoteInexactNumbers(item.json)) as unknown;
  } catch {
    return undefined;
  }
}

/** A change too large to hold: terraform writes the address first, and the actions before the values. */
function tooLarge({ head }: SectionItem): PlanChange {
  const [, address = '?'] = /"address":"((?:[^"\\]|\\.)*)"/.exec(head) ?? [];
  const [, type = ''] = /"type":"([^"]*)"/.exec(head) ?? [];
  const [, actions = ''] = /"actions":\[([^\]]*)\]/.exec(head) ?? [];
  const words = actions.split(',').map((word) => word.replaceAll('"', '').trim());
  return {
    address: cleanText(address, MAX_NAME_LENGTH),
    type,
    action: actionOf({ actions: words.filter(Boolean) }),
    attributes: ['(too large to compare)'],
  };
}
