import { ApiError, type Resource } from '@runwright/client';
import type { ApiReader } from './api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

const NAME_LENGTH = 80;

/** `ann (user-…)`: people use names, tools use ids. Only the id where the server tells no name. */
export function personText(id: string, user: Resource<unknown> | undefined): string {
  const { username } = (user?.attributes ?? {}) as { readonly username?: unknown };
  return typeof username === 'string' && username !== '' ? `${cleanText(username, NAME_LENGTH)} (${id})` : id;
}

/** The person with the agent that acted for them; the agent chose its name, so it is cleaned like any foreign text. */
export const throughAgent = (person: string, agent: string | null | undefined): string =>
  typeof agent === 'string' && agent !== '' ? `${person} through ${cleanText(agent, NAME_LENGTH)}` : person;

/** {@link personText} of a person who is not included in a document. */
export async function readPerson(id: string, { client, signal }: ApiReader): Promise<string> {
  try {
    return personText(id, await client.users.read(id, { signal }));
  } catch (error) {
    // Deleted accounts, and people who share no organization with the caller, are not shown.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return id;
    throw error;
  }
}
