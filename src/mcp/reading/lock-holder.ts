import type { Workspace } from '@runwright/client';
import { readPerson } from './people.ts';
import { readTeam } from './team-names.ts';
import type { ApiReader } from './api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

/** The user, team or run whose lock keeps a workspace from starting runs. */
export interface LockHolder {
  readonly kind: 'person' | 'team' | 'run' | 'unknown';
  /** '' where the server does not tell. */
  readonly id: string;
  /** `ann (user-…)`, `team ops (team-…)`, `run run-…`. */
  readonly text: string;
  /** One line for use in quotes, because a user wrote it; undefined when none was given. */
  readonly reason?: string;
}

/** The holder of a workspace's lock, by name; undefined while it is unlocked. */
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

/** The facts of a lock in a summary; none while it is unlocked. */
export const lockFacts = (holder: LockHolder | undefined): Record<string, unknown> =>
  holder === undefined
    ? {}
    : { locked_by: holder.text, ...(holder.reason === undefined ? {} : { lock_reason: holder.reason }) };
