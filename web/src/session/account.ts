import { ApiError } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';
import { keepToken } from './credentials.ts';
import { queries } from './queries.ts';

const accountQuery = {
  queryKey: ['account'],
  queryFn: ({ signal }: { signal: AbortSignal }) => client.account.details({ signal }),
  staleTime: 5 * 60_000,
};

/** Who is signed in. Fails with `unauthorized` when nobody is. */
export const useAccount = () => useQuery(accountQuery);

/** @returns whether the server knows the token */
export async function signIn(token: string): Promise<boolean> {
  keepToken(token);
  queries.clear();
  try {
    await queries.fetchQuery(accountQuery);
    return true;
  } catch (error) {
    keepToken(null);
    if (error instanceof ApiError && error.code === 'unauthorized') return false;
    throw error;
  }
}

export function signOut(): void {
  keepToken(null);
  queries.clear();
}
