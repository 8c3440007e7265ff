/** A browser session with a test server, which sends what a page of the server would send. */
import type { ApiAnswer, Document } from './call-server.ts';
import type { TestServer } from './server.ts';

export interface WebSession {
  /** The cookie as a browser sends it back. */
  cookie: string;
  csrf: string;
  id: string;
  /** Calls as a page of the server does. `headers` override the page's, and an empty one is left out. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

type Credentials = { token: string } | { username: string; password: string };

export async function send(
  { url, answers }: Pick<TestServer, 'url' | 'answers'>,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<ApiAnswer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
      ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  answers.check(response.headers.get('x-request-id'));
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : {}) as Document,
  };
}

export const signIn = async (
  server: TestServer,
  credentials: Credentials,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> =>
  await send(
    server,
    'POST',
    '/api/v2/session',
    { data: { type: 'sessions', attributes: credentials } },
    { origin: server.url, ...headers },
  );

export async function openSession(server: TestServer, credentials: Credentials): Promise<WebSession> {
  const answer = await signIn(server, credentials);
  if (answer.status !== 201) throw new Error(`the sign-in was answered ${answer.status}: ${answer.text}`);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  const csrf = String(answer.body.data.attributes['csrf-token']);
  return {
    cookie,
    csrf,
    id: answer.body.data.id,
    call: async (method, path, body, headers = {}) =>
      await send(server, method, path, body, {
        cookie,
        origin: server.url,
        'x-runwright-csrf': csrf,
        ...headers,
      }),
  };
}
