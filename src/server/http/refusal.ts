/**
 * All errors that the API can answer (api-contract §1.2), by the `code` that programs match on: a code stays, while
 * texts may improve. Clients of HCP Terraform match on some titles.
 */
export const ERRORS = {
  bad_request: { status: 400, title: 'bad request' },
  invalid_include: { status: 400, title: 'Invalid include parameter' },
  unauthorized: { status: 401, title: 'unauthorized' },
  forbidden: { status: 403, title: 'forbidden' },
  not_found: { status: 404, title: 'not found' },
  method_not_allowed: { status: 405, title: 'method not allowed' },
  request_timeout: { status: 408, title: 'request timeout' },
  conflict: { status: 409, title: 'conflict' },
  precondition_failed: { status: 412, title: 'precondition failed' },
  too_large: { status: 413, title: 'payload too large' },
  unsupported_media_type: { status: 415, title: 'unsupported media type' },
  invalid_attribute: { status: 422, title: 'invalid attribute' },
  unprocessable: { status: 422, title: 'unprocessable entity' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'request header fields too large' },
  internal: { status: 500, title: 'internal server error' },
  unavailable: { status: 503, title: 'service unavailable' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** One error: a sentence that names the field and the fix, and its place in the body or the query. */
export interface Problem {
  detail?: string;
  /** In the body: `/data/attributes/name`, or empty for the whole of it. */
  pointer?: string;
  /** In the query: `page[size]`. */
  parameter?: string;
  /** The page on which a person can resolve it. */
  about?: string;
  /** The accepted words, for errors that the terraform CLI expects without a detail. */
  known?: readonly string[];
  /**
   * Whether the request is as its OpenAPI document describes it: the rule that it breaks is about what there is, about
   * other values of the request, or about a text with a grammar of its own.
   */
  isWellFormed?: boolean;
}

export interface ErrorObject {
  status: string;
  code: ErrorCode;
  title: string;
  detail?: string;
  source?: { pointer: string } | { parameter: string };
  links?: { about: string };
  meta?: { known?: readonly string[]; 'well-formed'?: true };
}

/**
 * Ends a request with an error answer. Thrown inside a transaction it also rolls back everything, which is why it is an
 * exception and not a value.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, problems: readonly Problem[]) {
    super(problems.map((problem) => problem.detail).join(' ') || ERRORS[code].title);
    this.name = 'Refusal';
    this.code = code;
    this.problems = problems;
  }

  get statusCode(): number {
    return ERRORS[this.code].status;
  }

  /** The same refusal of a request whose form was found to be right before, unless a problem says otherwise. */
  ofWellFormed(): Refusal {
    return new Refusal(
      this.code,
      (this.problems.length > 0 ? this.problems : [{}]).map((problem) => ({
        isWellFormed: true,
        ...problem,
      })),
    );
  }

  /** The JSON:API body. */
  document(): { errors: ErrorObject[] } {
    const { status, title } = ERRORS[this.code];
    const problems = this.problems.length > 0 ? this.problems : [{}];
    return {
      errors: problems.map(({ detail, pointer, parameter, about, known, isWellFormed = false }: Problem) => ({
        status: String(status),
        code: this.code,
        title,
        ...(detail === undefined ? {} : { detail: readable(detail) }),
        ...(pointer === undefined ? {} : { source: { pointer } }),
        ...(parameter === undefined ? {} : { source: { parameter } }),
        ...(about === undefined ? {} : { links: { about } }),
        ...(known === undefined && !isWellFormed
          ? {}
          : { meta: { ...(known && { known }), ...(isWellFormed && { 'well-formed': true }) } }),
      })),
    };
  }
}

const MAX_DETAIL = 4_000;

/** Sentences quote what was sent: not at any length, and nothing in them that acts on a terminal or turns the text. */
const readable = (detail: string): string =>
  (detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL).toWellFormed()}…` : detail).replaceAll(
    /(?!\n)[\p{Cc}\p{Bidi_Control}]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function refuse(code: ErrorCode, detail?: string, pointer?: string): never {
  throw new Refusal(code, detail === undefined && pointer === undefined ? [] : [{ detail, pointer }]);
}
