import { connection } from './connection.ts';
import { csrfWord, forgetCsrfWord } from './csrf.ts';

const CSRF_HEADER = 'x-runwright-csrf';
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/**
 * fetch for the client: the browser adds the session's cookie, and this adds the word that changes need. Addresses in
 * the server's answers use its public name; this page uses the name it was loaded from.
 */
export const sessionFetch: typeof fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const here = `${location.origin}${url.pathname}${url.search}`;
  const { method = 'GET' } = init;
  const send = async (): Promise<Response> => {
    const headers = new Headers(init.headers);
    const word = isRead(method) ? undefined : await csrfWord();
    if (word !== undefined) headers.set(CSRF_HEADER, word);
    return await fetch(here, { ...init, headers, credentials: 'same-origin' });
  };
  try {
    const answer = await send();
    connection.answered();
    // Another sign-in in another tab has changed the word. The server has done nothing yet.
    if (answer.status === 403 && !isRead(method) && (await isAboutCsrf(answer))) {
      forgetCsrfWord();
      return await send();
    }
    return answer;
  } catch (error) {
    if (init.signal?.aborted !== true) connection.failed();
    throw error;
  }
};

const isAboutCsrf = async (answer: Response): Promise<boolean> =>
  (await answer.clone().text()).includes('X-Runwright-CSRF');
