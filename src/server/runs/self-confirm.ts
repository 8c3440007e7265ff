import { REST_STATUSES, type RunEvent } from '@runwright/models';
import type { Platform } from '../context.ts';
import { foresee, happen } from './life.ts';
import { reasonThatRunWaits } from './self-apply.ts';
import type { Move, Run, Tx } from './transitions.ts';

/**
 * Applies an event after which a run may go on to its apply by itself: the end of the plan, or of a phase after it. The
 * users behind the run are checked again: the right to apply may have been withdrawn since it was queued.
 */
export async function happenAndConfirm(
  platform: Platform,
  tx: Tx,
  run: Run,
  event: RunEvent,
  { description, columns, ...move }: Move = {},
): Promise<Run> {
  const wanted = foresee({ ...run, needs_confirmation: false }, event);
  const isInDoubt = wanted === 'confirmed' || (REST_STATUSES.includes(wanted) && run.needs_confirmation);
  const reason = isInDoubt ? await reasonThatRunWaits(tx, run) : undefined;
  const waits = isInDoubt && (run.needs_confirmation || reason !== undefined);
  const settled = waits ? { auto_apply: false, needs_confirmation: true } : {};
  const told = [description, reason].filter((part) => part !== undefined).join(' ');
  return await happen(platform, tx, { ...run, ...settled }, event, {
    ...move,
    ...(told === '' ? {} : { description: told }),
    columns: { ...settled, ...columns },
    at: {
      confirmed: {
        actorId: run.created_by,
        description: 'applies automatically',
        columns: { confirmed_by: run.created_by, confirmed_at: new Date() },
      },
    },
  });
}
