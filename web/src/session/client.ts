import { createClient } from '@runwright/client';
import { currentToken } from './credentials.ts';

const sessionFetch: typeof fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const headers = new Headers(init.headers);
  const token = currentToken();
  if (token !== null && url.pathname.startsWith('/api/')) headers.set('authorization', `Bearer ${token}`);
  // Addresses that the server hands out name it as others reach it; this page reaches it where it came from.
  return fetch(`${location.origin}${url.pathname}${url.search}`, { ...init, headers });
};

/** The one client of the page. The session goes along by itself. */
export const client = createClient({ address: location.origin, fetch: sessionFetch });
