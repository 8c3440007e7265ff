import { ApiError, relatedId, type Resource } from '@runwright/client';
import { personText } from './people.ts';
import type { ApiReader } from './api-reader.ts';

/** `ops (team-…)`; only the id where the caller may not see the team. */
export async function readTeam(id: string, { client, signal }: ApiReader): Promise<string> {
  try {
    const { name } = (await client.teams.read(id, { signal })).attributes;
    return personText(id, { id, type: 'teams', attributes: { username: name } });
  } catch (error) {
    // Teams may be secret.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return id;
    throw error;
  }
}

/** A team's access with the name of the team; the access itself only has the id. */
export async function withTeam<R extends Resource<unknown>>(access: R, reader: ApiReader): Promise<R> {
  const id = relatedId(access, 'team');
  if (id === undefined) return access;
  return { ...access, attributes: { team: await readTeam(id, reader), ...(access.attributes as object) } };
}
