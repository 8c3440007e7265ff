import type { Workspace } from '@runwright/client';
import { readPerson } from './people.ts';
import { readTeam } from './team-names.ts';
import type { ApiReader } from './api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** Who or what keeps a workspace from starting runs. */
export interface LockHolder {
  readonly kind: 'person' | 'team' | 'run' | 'unknown';
  /** '' where the server does not say. */
  readonly id: string;
  /** `ann (user-…)`, `team ops (team-…)`, `run run-…`. */
  readonly text: string;
  /** On one line, to be put in quotes, because somebody wrote it; undefined when none was given. */
  readonly reason?: string;
}

/** The holder of a workspace's lock, by name; undefined while nobody holds it. */
export async function lockHolderOf(
  { attributes, relationships }: Workspace,
  reader: ApiReader,
): Promise<LockHolder | undefined> {
  if (attributes.locked !== true) return undefined;
  const [holder] = [relationships?.['locked-by']?.data ?? []].flat();
  const given = attributes['locked-reason'];
  const reason = typeof given === 'string' && given !== '' ? { reason: cleanText(given, 200) } : {};
  if (holder === undefined) {
    return { kind: 'unknown', id: '', text: 'somebody whom the server does not name', ...reason };
  }
  const { type, id } = holder;
  if (type === 'runs') return { kind: 'run', id, text: `run ${id}`, ...reason };
  if (type === 'teams') return { kind: 'team', id, text: `team ${await readTeam(id, reader)}`, ...reason };
  return { kind: 'person', id, text: await readPerson(id, reader), ...reason };
}

/** `ann (user-…), reason "maintenance"`. */
export const holderText = ({ text, reason }: LockHolder): string =>
  reason === undefined ? text : `${text}, reason ${JSON.stringify(reason)}`;

/** What a summary says of a lock; nothing while there is none. */
export const lockFacts = (holder: LockHolder | undefined): Record<string, unknown> =>
  holder === undefined
    ? {}
    : { locked_by: holder.text, ...(holder.reason === undefined ? {} : { lock_reason: holder.reason }) };
