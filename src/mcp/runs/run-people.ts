import { ApiError, includedOf, relatedId, type Document, type Run, type RunEvent } from '@runwright/client';
import { personText, throughAgent } from '../reading/people.ts';
import { statusOf } from './run-status.ts';
import type { ApiReader } from '../reading/api-reader.ts';

/** The events of a run that a person causes, and the name of that person in a summary. */
const ACTS: Readonly<Record<string, string>> = {
  confirmed: 'confirmed_by',
  discarded: 'discarded_by',
  cancel_requested: 'canceled_by',
  canceled: 'canceled_by',
  force_canceled: 'force_canceled_by',
  force_executed: 'force_executed_by',
};

/** The person who created a run. */
export function creatorOf(document: Document<Run>): string | null {
  const id = relatedId(document.data, 'created-by');
  return id === undefined ? null : personText(id, includedOf(document, 'created-by'));
}

/** Who confirmed, discarded or canceled a run; asked only for runs whose status allows one of these. */
export async function actorsOf(
  { data: run }: Document<Run>,
  { client, signal }: ApiReader,
): Promise<Record<string, string>> {
  const isTouched =
    ['discarded', 'canceled', 'force_canceled'].includes(statusOf(run)) ||
    ['confirmed-by', 'canceled-by'].some((name) => relatedId(run, name) !== undefined);
  if (!isTouched) return {};
  try {
    const events = await client.runs.events(run.id, { include: ['actor'], signal });
    // In reverse order, so that the request of a cancel, which names the person, replaces the later event.
    return Object.fromEntries(
      events.data.toReversed().flatMap((event): [string, string][] => {
        const name = ACTS[event.attributes.action];
        const id = relatedId(event, 'actor');
        if (name === undefined || id === undefined) return [];
        const actor = includedOf({ data: event, included: events.included ?? [] }, 'actor');
        return [[name, told(event, personText(id, actor))]];
      }),
    );
  } catch (error) {
    // The run itself could be read: without its events only these facts are missing.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return {};
    throw error;
  }
}

/** `ann (user-…) through claude-code 2.1 at …`: the person, with the agent that acted for them. */
const told = ({ attributes }: RunEvent, person: string): string =>
  `${throughAgent(person, attributes.agent)} at ${attributes['created-at'] ?? 'an unknown time'}`;

/** The author and time of each comment of a run, by the comment's id. */
export async function commentAuthors(
  runId: string,
  { client, signal }: ApiReader,
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
        return [[comment, told(event, person)]];
      }),
    );
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return new Map();
    throw error;
  }
}
