import type { Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { DeadlineError, sleep, withDeadline } from './deadline.ts';
import { errorFromResponse } from './error-response.ts';
import { encodeQuery, type Query } from './query.ts';
import { isRetryable, retryDelayMs, type RetryRules } from './retry.ts';
import { openAnswer, type OpenAnswer } from './stream.ts';

export const MEDIA_TYPE = 'application/vnd.api+json';
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Failures before a connection exists, or is trusted: the server has done nothing. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export interface TransportSettings {
  /** Without a trailing slash and without `/api/v2`. */
  readonly address: URL;
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly retry: RetryRules;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface CreateOptions extends CallOptions {
  /** Sent as `Idempotency-Key`: a server that knows it carries the call out only once, however often it comes. */
  readonly idempotencyKey?: string | undefined;
}

export interface ApiRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v2/`, made with `path`; with a leading slash it is a path of the server. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged, instead of a body. */
  readonly bytes?: Uint8Array;
  readonly idempotencyKey?: string | undefined;
}

export interface BlobRequest extends CallOptions {
  readonly method: 'GET' | 'PUT';
  /** An address that the server issued. It is its own credential, so the token is never sent with it. */
  readonly url: string;
  readonly body?: Uint8Array | Blob;
}

export interface OpenRequest extends CallOptions {
  readonly method: 'GET';
  /** Below `/api/v2/`, made with `path`. */
  readonly path: string;
  readonly query?: Query;
  /** The expected media type, if it is not that of JSON:API. */
  readonly accept?: string;
}

interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | Blob;
  readonly signal: AbortSignal | undefined;
}

export interface Transport {
  /** Calls the API. Any 2xx is a success, whatever its body. */
  call(request: ApiRequest): Promise<Answer>;
  /** Fetches or stores bytes at an address that the server issued. */
  transfer(request: BlobRequest): Promise<Answer>;
  /** {@link call} for answers too large to hold: the body is read piece by piece. */
  open(request: OpenRequest): Promise<OpenAnswer>;
  /** {@link transfer} for answers too large to hold. */
  openTransfer(request: CallOptions & { readonly url: string }): Promise<OpenAnswer>;
}

export function createTransport(settings: TransportSettings): Transport {
  const root = settings.address.href.replace(/\/+$/, '');
  const base = `${root}/api/v2/`;

  const apiHeaders = (): Record<string, string> => ({
    accept: MEDIA_TYPE,
    'user-agent': settings.userAgent,
    ...(settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` }),
  });

  const addressOf = (path: string, query: Query = {}): URL => {
    const search = encodeQuery(query);
    return new URL(`${path.startsWith('/') ? root : base}${path}${search === '' ? '' : `?${search}`}`);
  };

  return {
    call({ method, path, query, body, bytes, idempotencyKey, signal }) {
      const headers = apiHeaders();
      if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
      // The platform answers 415 to a change without it, even without a body.
      if (method !== 'GET') headers['content-type'] = bytes ? 'application/octet-stream' : MEDIA_TYPE;
      return send(settings, {
        method,
        url: addressOf(path, query),
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(bytes === undefined ? {} : { body: bytes }),
        signal,
      });
    },

    transfer({ method, url, body, signal }) {
      const target = new URL(url, settings.address);
      refuseDowngrade(settings.address, target, method);
      const headers: Record<string, string> = { 'user-agent': settings.userAgent };
      if (method === 'PUT') headers['content-type'] = 'application/octet-stream';
      return send(settings, {
        method,
        url: target,
        headers,
        ...(body === undefined ? {} : { body }),
        signal,
      });
    },

    open: ({ path, query, accept = MEDIA_TYPE, signal }) =>
      open(settings, {
        method: 'GET',
        url: addressOf(path, query),
        headers: { ...apiHeaders(), accept },
        signal,
      }),

    openTransfer({ url, signal }) {
      const target = new URL(url, settings.address);
      refuseDowngrade(settings.address, target, 'GET');
      const headers = { 'user-agent': settings.userAgent };
      return open(settings, { method: 'GET', url: target, headers, signal });
    },
  };
}

async function send(settings: TransportSettings, exchange: Exchange): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await exchangeOnce(settings, exchange);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const waitMs = isRetryable(exchange.method, answer.status)
      ? retryDelayMs(settings.retry, attempt, answer.status, answer.headers)
      : undefined;
    if (waitMs === undefined) {
      throw errorFromResponse(answer);
    }
    await sleep(waitMs, exchange.signal);
  }
}

/** Like {@link send}, up to the first byte of the body. The time limit is for the headers, then for every pause. */
async function open(settings: TransportSettings, exchange: Exchange): Promise<OpenAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const connection = new AbortController();
    const abort = (reason: unknown): void => {
      connection.abort(reason);
    };
    const within = <T>(work: () => Promise<T>): Promise<T> =>
      attempted(settings, exchange, async (signal) => {
        const onAbort = (): void => {
          abort(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        return await work();
      });
    const response = await within(() => openResponse(settings, exchange, connection.signal));
    if (response.status >= 200 && response.status < 300) {
      return openAnswer(response, abort, { idleMs: settings.timeoutMs, signal: exchange.signal });
    }
    const waitMs = isRetryable('GET', response.status)
      ? retryDelayMs(settings.retry, attempt, response.status, response.headers)
      : undefined;
    const answer = await within(() => readWhole('GET', response));
    if (waitMs === undefined) throw errorFromResponse(answer);
    await sleep(waitMs, exchange.signal);
  }
}

async function exchangeOnce(settings: TransportSettings, exchange: Exchange): Promise<Answer> {
  return await attempted(settings, exchange, async (signal) =>
    readWhole(exchange.method, await openResponse(settings, exchange, signal)),
  );
}

/** Runs one attempt within its time limit, and turns a lost connection into an error. */
async function attempted<T>(
  settings: TransportSettings,
  exchange: Exchange,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(settings.timeoutMs, exchange.signal, work);
  } catch (error) {
    if (error instanceof ApiError || exchange.signal?.aborted === true) throw error;
    throw connectionError(error, exchange);
  }
}

async function readWhole(method: string, response: Response): Promise<Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { method, status: response.status, headers: response.headers, bytes };
}

/** The answer after redirects, before its body is read. */
async function openResponse(
  settings: TransportSettings,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Response> {
  let url = exchange.url;
  const headers = { ...exchange.headers };
  for (let hops = 0; ; hops += 1) {
    const response = await settings.fetch(url, {
      method: exchange.method,
      headers,
      redirect: 'manual',
      signal,
      ...(exchange.body === undefined ? {} : { body: exchange.body as RequestInit['body'] }),
    });
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (exchange.method !== 'GET') {
      throw redirectError(response.status, `it redirects a ${exchange.method}, which is not followed`);
    }
    if (hops === MAX_REDIRECTS) throw redirectError(response.status, 'it redirects too often');
    const next = new URL(location, url);
    refuseDowngrade(url, next, exchange.method);
    // The token is never added again: a later redirect back also comes from the other host.
    if (next.origin !== url.origin) delete headers['authorization'];
    url = next;
  }
}

function refuseDowngrade(from: URL, to: URL, method: string): void {
  if (to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')) return;
  throw new ApiError({
    code: 'upstream_error',
    status: 0,
    title: 'unsafe address',
    detail: `the server sent a ${method} from ${from.protocol} on to ${to.protocol}, which is refused`,
  });
}

function redirectError(status: number, detail: string): ApiError {
  return new ApiError({ code: 'upstream_error', status, title: 'unexpected redirect', detail });
}

function connectionError(error: unknown, exchange: Exchange): ApiError {
  const isChange = exchange.method !== 'GET';
  if (error instanceof DeadlineError) {
    return new ApiError({
      code: 'timeout',
      status: 0,
      title: 'no answer in time',
      detail: `${exchange.url.host}: ${error.message}`,
      mayHaveHappened: isChange,
      cause: error,
    });
  }
  const reason = connectionReason(error);
  return new ApiError({
    code: 'unreachable',
    status: 0,
    title: 'server not reachable',
    detail: `${exchange.url.host}: ${reason.text}`,
    mayHaveHappened: isChange && !NEVER_SENT.has(reason.code),
    cause: error,
  });
}

/** fetch puts the system's error under `cause`, and several of them into an AggregateError. */
function connectionReason(error: unknown): { code: string; text: string } {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const inner = current instanceof AggregateError ? (current.errors[0] as unknown) : current;
    if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') {
      return { code: inner.code, text: inner.message === '' ? inner.code : inner.message };
    }
  }
  return { code: '', text: error instanceof Error ? error.message : String(error) };
}
