import { createClient } from '@runwright/client';
import { sessionFetch } from './session-fetch.ts';

/** The one client of the page. The session goes along by itself. */
export const client = createClient({ address: location.origin, fetch: sessionFetch });
