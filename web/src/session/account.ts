import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { forgetCsrfWord } from './csrf.ts';
import { queries } from './queries.ts';
import { sessionFetch } from './session-fetch.ts';

const SESSION = `${location.origin}/api/v2/session`;
const MEDIA_TYPE = 'application/vnd.api+json';

/** Who is signed in. Fails with `unauthorized` when nobody is. */
export const useAccount = () =>
  useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => client.account.details({ signal }),
    staleTime: 5 * 60_000,
  });

export type Credentials = { token: string } | { username: string; password: string };

/** @returns what the server says against it; undefined: a session has begun */
export async function signIn(credentials: Credentials): Promise<string | undefined> {
  forgetCsrfWord();
  const answer = await sessionFetch(SESSION, {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    body: JSON.stringify({ data: { type: 'sessions', attributes: credentials } }),
  });
  forgetCsrfWord();
  queries.clear();
  return answer.ok ? undefined : await complaintOf(answer);
}

export async function signOut(): Promise<void> {
  await sessionFetch(SESSION, { method: 'DELETE', headers: { 'content-type': MEDIA_TYPE } });
  forgetCsrfWord();
  queries.clear();
}

/** @returns what the server says against it; undefined: the password holds */
export async function choosePassword(code: string, password: string): Promise<string | undefined> {
  const answer = await sessionFetch(`${location.origin}/api/v2/password-choices`, {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    body: JSON.stringify({ data: { type: 'password-choices', attributes: { code, password } } }),
  });
  return answer.ok ? undefined : await complaintOf(answer);
}

async function complaintOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: { detail?: string; title?: string }[] };
    const sentences = errors.map(({ detail, title }) => detail ?? title ?? '');
    if (sentences.length > 0) return sentences.join(' ');
  } catch {
    // It is no answer of the API: its status says the most.
  }
  return `${String(answer.status)} ${answer.statusText}`;
}
