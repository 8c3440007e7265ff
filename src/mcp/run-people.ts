import { ApiError, includedOf, relatedId, type Document, type Run } from '@runwright/client';
import { personText } from './people.ts';
import { statusOf } from './run-status.ts';
import type { ToolContext } from './tool-context.ts';

/** The events of a run that somebody brings about, and how a summary names who did. */
const ACTS: Readonly<Record<string, string>> = {
  confirmed: 'confirmed_by',
  discarded: 'discarded_by',
  cancel_requested: 'canceled_by',
  canceled: 'canceled_by',
  force_canceled: 'force_canceled_by',
  force_executed: 'force_executed_by',
};

/** Who created a run. */
export function creatorOf(document: Document<Run>): string | null {
  const id = relatedId(document.data, 'created-by');
  return id === undefined ? null : personText(id, includedOf(document, 'created-by'));
}

/** Who confirmed, discarded or canceled a run; asked only of runs to which one of these may have happened. */
export async function actorsOf(
  { data: run }: Document<Run>,
  { client, signal }: ToolContext,
): Promise<Record<string, string>> {
  const isTouched =
    ['discarded', 'canceled', 'force_canceled'].includes(statusOf(run)) ||
    ['confirmed-by', 'canceled-by'].some((name) => relatedId(run, name) !== undefined);
  if (!isTouched) return {};
  try {
    const events = await client.runs.events(run.id, { include: ['actor'], signal });
    return Object.fromEntries(
      events.data.flatMap((event): [string, string][] => {
        const name = ACTS[event.attributes.action];
        const id = relatedId(event, 'actor');
        if (name === undefined || id === undefined) return [];
        const actor = includedOf({ data: event, included: events.included ?? [] }, 'actor');
        return [[name, `${personText(id, actor)} at ${event.attributes['created-at']}`]];
      }),
    );
  } catch (error) {
    // The run itself could be read: without its events it only is told with less.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return {};
    throw error;
  }
}

/** Who wrote each comment of a run and when, by the comment's id. */
export async function commentAuthors(
  runId: string,
  { client, signal }: ToolContext,
): Promise<ReadonlyMap<string, string>> {
  try {
    const events = await client.runs.events(runId, { include: ['actor'], signal });
    return new Map(
      events.data.flatMap((event): [string, string][] => {
        const [comment, actor] = [relatedId(event, 'comment'), relatedId(event, 'actor')];
        if (comment === undefined || actor === undefined) return [];
        const person = personText(
          actor,
          includedOf({ data: event, included: events.included ?? [] }, 'actor'),
        );
        return [[comment, `${person} at ${event.attributes['created-at']}`]];
      }),
    );
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return new Map();
    throw error;
  }
}
