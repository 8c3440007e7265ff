import { ApiError, type Resource } from '@runwright/client';
import type { ApiReader } from './api-reader.ts';
import { cleanText } from '../text/untrusted-text.ts';

const NAME_LENGTH = 80;

/** `ann (user-…)`: people know each other by name, tools by id. The id alone where the server tells no name. */
export function personText(id: string, user: Resource<unknown> | undefined): string {
  const { username } = (user?.attributes ?? {}) as { readonly username?: unknown };
  return typeof username === 'string' && username !== '' ? `${cleanText(username, NAME_LENGTH)} (${id})` : id;
}

/** The person with the agent that acted for them: its name is its own word, so it is cleaned as any text of others. */
export const throughAgent = (person: string, agent: string | null | undefined): string =>
  typeof agent === 'string' && agent !== '' ? `${person} through ${cleanText(agent, NAME_LENGTH)}` : person;

/** {@link personText} of somebody who is not part of a document that was read. */
export async function readPerson(id: string, { client, signal }: ApiReader): Promise<string> {
  try {
    return personText(id, await client.users.read(id, { signal }));
  } catch (error) {
    // Who shares no organization with the caller, and an account that is gone, are not shown.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return id;
    throw error;
  }
}
