import { ApiError } from '@runwright/client';
import { cleanText, quoteText } from '../text/untrusted-text.ts';

/** The codes a tool's error starts with (mcp §4.1.4). */
export type FailureCode =
  | 'invalid_argument'
  | 'not_found_or_no_access'
  | 'forbidden'
  | 'unauthorized'
  | 'conflict_state'
  | 'rate_limited'
  | 'upstream_error'
  | 'timeout'
  | 'workspace_locked'
  | 'approval_required'
  | 'approval_declined'
  | 'gated';

/** Why a call failed, written for the model that must decide what to do next. */
export interface Failure {
  readonly code: FailureCode;
  readonly happened: string;
  /** Current facts: the run's state, the possible actions, the unknowns. */
  readonly now?: readonly string[];
  /** One step. */
  readonly next: string;
}

/** Whatever texts a caller or a server wrote, an error stays below 2 KB, with its next step whole (mcp §4.1.1). */
const HAPPENED_LENGTH = 1_000;
const NOW_LENGTH = 500;

export function failureText(tool: string, failure: Failure): string {
  return [
    `${tool} failed: ${failure.code}`,
    `What happened: ${cut(failure.happened, HAPPENED_LENGTH)}`,
    ...(failure.now === undefined
      ? []
      : [cut(failure.now.map((fact) => `Now: ${fact}`).join('\n'), NOW_LENGTH)]),
    `Next step: ${failure.next}`,
  ].join('\n');
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;

/** The meaning of an API error for the caller of a tool. `subject` names the thing in the call: `run run-…`. */
export function failureFromApi(error: ApiError, subject: string): Failure {
  const said = serverWords(error);
  switch (error.code) {
    case 'unauthorized':
      return {
        code: 'unauthorized',
        happened: `the server did not accept the API token (401)${said}.`,
        next: 'ask the user to set TFC_TOKEN to a valid token of the server in TFC_ADDRESS and to restart this MCP server.',
      };
    case 'forbidden':
      return {
        code: 'forbidden',
        happened: `the server refused this for ${subject} (403)${said}.`,
        next: 'ask the user for a token with the permission, or to do this step themselves.',
      };
    case 'not_found':
      return {
        code: 'not_found_or_no_access',
        happened: `there is no ${subject}, or your token cannot see it (404)${said}.`,
        next: 'check the id; find_workspace and the list tools show what this token can see.',
      };
    case 'conflict':
    case 'precondition_failed':
      return {
        code: 'conflict_state',
        happened: `the server says that ${subject} is not in a state for this (${String(error.status)})${said}.`,
        next: 'read the state with get_run_details and choose one of the actions it lists as possible.',
      };
    case 'invalid':
      return {
        code: 'invalid_argument',
        happened: `the server refused the request for ${subject} (${String(error.status)})${said}.`,
        next: 'correct the argument that the server names and call again.',
      };
    case 'rate_limited':
      return {
        code: 'rate_limited',
        happened: `the server's rate limit was reached (429); nothing was done.`,
        next: `wait ${waitSeconds(error)} and call again.`,
      };
    case 'timeout':
    case 'unreachable':
    case 'upstream_error':
      return brokenExchange(error, subject, said);
  }
}

function brokenExchange(error: ApiError, subject: string, said: string): Failure {
  const status = error.status === 0 ? '' : ` (${String(error.status)})`;
  // The title is quoted with the server's other words if it came from the server.
  const title = error.errors.length === 0 ? error.title : 'the server failed';
  return {
    code: error.code === 'timeout' ? 'timeout' : 'upstream_error',
    happened: `${title}${status}${said}.`,
    now: error.mayHaveHappened
      ? [`the request for ${subject} was sent and may have been carried out; it was not repeated.`]
      : ['nothing was changed.'],
    next: error.mayHaveHappened
      ? 'look before you repeat it: get_run_details or list_runs_in_workspace shows whether it took effect.'
      : 'check that TFC_ADDRESS is right and the server is up, then call again.',
  };
}

/** The server's title and detail, quoted; '' when the answer has neither. */
export function serverWords(error: ApiError): string {
  const words = error.errors.map(({ title, detail, pointer }) =>
    [title, detail, pointer === undefined ? undefined : `at ${pointer}`].filter(Boolean).join(': '),
  );
  const text = words.length === 0 ? (error.detail ?? '') : words.join('; ');
  // Words that only repeat the status are left out.
  if (text === '' || /^(?:resource )?(?:not found|unauthorized)$/i.test(text)) return '';
  return error.status === 0 ? `: ${cleanText(text)}` : `; its words: ${quoteText(text, 600)}`;
}

function waitSeconds(error: ApiError): string {
  return error.retryAfterMs === undefined
    ? 'a minute'
    : `${String(Math.ceil(error.retryAfterMs / 1000))} seconds`;
}

/** For unexpected errors: only a cleaned line of their text is shown. */
export function failureFromUnknown(error: unknown): Failure {
  const words = error instanceof Error ? error.message : String(error);
  return {
    code: 'upstream_error',
    happened: `an unexpected error inside this MCP server: ${cleanText(words, 300)}`,
    next: 'read the current state with get_run_details before trying again.',
  };
}
