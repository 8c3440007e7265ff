import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { forgetCsrfWord } from './csrf.ts';
import { queries } from './queries.ts';
import { sessionFetch } from './session-fetch.ts';

const SESSION = `${location.origin}/api/v2/session`;
const MEDIA_TYPE = 'application/vnd.api+json';

/** The signed-in user. Fails with `unauthorized` when nobody is signed in. */
export const useAccount = () =>
  useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => client.account.details({ signal }),
    staleTime: 5 * 60_000,
  });

export type Credentials = { token: string } | { username: string; password: string };

/** @returns the server's objection; undefined: a session has begun */
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

/** @returns the server's objection; undefined: the password is set */
export async function choosePassword(code: string, password: string): Promise<string | undefined> {
  const answer = await sessionFetch(`${location.origin}/api/v2/password-choices`, {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    body: JSON.stringify({ data: { type: 'password-choices', attributes: { code, password } } }),
  });
  return answer.ok ? undefined : await complaintOf(answer);
}

export interface SignInMethods {
  'oidc-name': string | null;
  'oidc-address': string | null;
}

/** The ways to sign in here besides passwords and tokens. */
export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: async ({ signal }): Promise<SignInMethods> => {
    const answer = await sessionFetch(`${location.origin}/api/v2/sign-in-methods`, { signal });
    if (!answer.ok) throw new Error(await complaintOf(answer));
    return ((await answer.json()) as { data: { attributes: SignInMethods } }).data.attributes;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export interface OwnSession {
  id: string;
  attributes: {
    'created-at': string;
    'last-used-at': string;
    'expires-at': string;
    method: string;
    address: string;
    'user-agent': string;
    current: boolean;
  };
}

const SESSIONS = `${location.origin}/api/v2/account/sessions`;

export const ownSessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: async ({ signal }): Promise<readonly OwnSession[]> => {
    const answer = await sessionFetch(SESSIONS, { signal, headers: { accept: MEDIA_TYPE } });
    if (!answer.ok) throw new Error(await complaintOf(answer));
    return ((await answer.json()) as { data: OwnSession[] }).data;
  },
});

/** @param id the id of a session; undefined: all except this browser's */
export async function endSession(id: string | undefined): Promise<void> {
  const answer = await sessionFetch(SESSIONS, {
    method: 'DELETE',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    ...(id === undefined ? {} : { body: JSON.stringify({ data: [{ type: 'sessions', id }] }) }),
  });
  if (!answer.ok) throw new Error(await complaintOf(answer));
}

export interface NewPassword {
  current: string;
  wanted: string;
}

/** The server ends all other sessions too. */
export async function changePassword({ current, wanted }: NewPassword): Promise<void> {
  const attributes = { ...(current === '' ? {} : { current_password: current }), password: wanted };
  const answer = await sessionFetch(`${location.origin}/api/v2/account/password`, {
    method: 'PATCH',
    headers: { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE },
    body: JSON.stringify({ data: { type: 'users', attributes } }),
  });
  forgetCsrfWord();
  if (!answer.ok) throw new Error(await complaintOf(answer));
}

async function complaintOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: { detail?: string; title?: string }[] };
    const sentences = errors.map(({ detail, title }) => detail ?? title ?? '');
    if (sentences.length > 0) return sentences.join(' ');
  } catch {
    // The body is not from the API: the status tells the most.
  }
  return `${String(answer.status)} ${answer.statusText}`;
}
