import { createClient } from '@runwright/client';
import { sessionFetch } from './session-fetch.ts';

/** The one client of the page. The browser sends the session. */
export const client = createClient({ address: location.origin, fetch: sessionFetch });
