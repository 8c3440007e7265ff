import { connection } from './connection.ts';
import { csrfWord, forgetCsrfWord } from './csrf.ts';

const CSRF_HEADER = 'x-runwright-csrf';
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/**
 * fetch as the client needs it: the browser adds the session's cookie, and this the word that changes take beside it.
 * Addresses in the server's answers name it as others reach it; this page reaches it where it came from.
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
    // Somebody signed in in another tab meanwhile: that session has another word. Nothing was done yet.
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
