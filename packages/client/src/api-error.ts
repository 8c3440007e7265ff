/** One entry of a JSON:API `errors` array (`api-contract §1.2`). */
export interface ApiErrorEntry {
  readonly status?: string;
  /** A stable word for the error, from Runwright; HCP Terraform has none. */
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly pointer?: string;
  /** `links.about`: the page where a person can fix the problem. */
  readonly about?: string;
}

/**
 * The kind of the failure, independent of the server's words.
 *
 * `unreachable` and `timeout` mean that no complete answer arrived; `upstream_error` is a 5xx or an answer that does
 * not belong to this API (a proxy's HTML page, for instance).
 */
export type ApiErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'invalid'
  | 'rate_limited'
  | 'upstream_error'
  | 'unreachable'
  | 'timeout';

export interface ApiErrorFields {
  readonly code: ApiErrorCode;
  /** 0 when no answer arrived. */
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly pointer?: string;
  readonly errors?: readonly ApiErrorEntry[];
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly mayHaveHappened?: boolean;
  readonly cause?: unknown;
}

/**
 * The only way in which this library reports a failed call. Every method throws it; none returns an error. A call
 * ended by the caller's own `AbortSignal` throws that signal's reason instead.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly pointer: string | undefined;
  readonly errors: readonly ApiErrorEntry[];
  readonly requestId: string | undefined;
  /** The wait that the server asked for, if it did. */
  readonly retryAfterMs: number | undefined;
  /** true: a request that changes something left this machine and its outcome is unknown. Look before repeating it. */
  readonly mayHaveHappened: boolean;

  constructor(fields: ApiErrorFields) {
    super(fields.detail === undefined ? fields.title : `${fields.title}: ${fields.detail}`, {
      cause: fields.cause,
    });
    this.code = fields.code;
    this.status = fields.status;
    this.title = fields.title;
    this.detail = fields.detail;
    this.pointer = fields.pointer;
    this.errors = fields.errors ?? [];
    this.requestId = fields.requestId;
    this.retryAfterMs = fields.retryAfterMs;
    this.mayHaveHappened = fields.mayHaveHappened ?? false;
  }
}

const CODE_BY_STATUS: Readonly<Record<number, ApiErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'precondition_failed',
  422: 'invalid',
  429: 'rate_limited',
};

/** The code of an HTTP status outside 2xx. */
export function errorCodeOf(status: number): ApiErrorCode {
  const known = CODE_BY_STATUS[status];
  if (known !== undefined) return known;
  return status >= 400 && status < 500 ? 'invalid' : 'upstream_error';
}
