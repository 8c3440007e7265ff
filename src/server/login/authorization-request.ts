/** The request of `terraform login`: an OAuth 2 authorization code with PKCE (RFC 6749 §4.1, RFC 7636). */
export interface AuthorizationRequest {
  redirectUri: string;
  codeChallenge: string;
  /** Returned to the client unchanged. */
  state: string | undefined;
}

export const LOGIN_CLIENT = 'terraform-cli';
const LOGIN_PORTS = { first: 10_000, last: 10_010 } as const;

const CODE_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const MAX_STATE_LENGTH = 500;

/** The query of the authorization page, or one sentence about its error. */
export function readAuthorizationRequest(
  parameters: Readonly<Record<string, unknown>>,
): AuthorizationRequest | string {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === 'string' ? value : undefined;
  };
  if (text('client_id') !== LOGIN_CLIENT) return `client_id must be ${LOGIN_CLIENT}.`;
  if (text('response_type') !== 'code') return 'response_type must be code.';
  const redirectUri = text('redirect_uri') ?? '';
  if (!isLoopbackRedirect(redirectUri)) {
    return `redirect_uri must be http://localhost:PORT/login with a port from ${LOGIN_PORTS.first} to ${LOGIN_PORTS.last}.`;
  }
  if (text('code_challenge_method') !== 'S256') return 'code_challenge_method must be S256.';
  const codeChallenge = text('code_challenge') ?? '';
  if (!CODE_CHALLENGE.test(codeChallenge)) return 'code_challenge must be 43 base64url characters.';
  const state = text('state');
  if (state !== undefined && state.length > MAX_STATE_LENGTH) {
    return `state must have at most ${MAX_STATE_LENGTH} characters.`;
  }
  return { redirectUri, codeChallenge, state };
}

/** Only the terraform that runs on the person's own machine may get a code (threat T24). */
export function isLoopbackRedirect(text: string): boolean {
  const [, port] = /^http:\/\/(?:localhost|127\.0\.0\.1):(\d{5})\/login$/.exec(text) ?? [];
  return port !== undefined && Number(port) >= LOGIN_PORTS.first && Number(port) <= LOGIN_PORTS.last;
}

/** The URL to which the person's browser takes the code. */
export function redirectWithCode({ redirectUri, state }: AuthorizationRequest, code: string): string {
  const url = new URL(redirectUri);
  url.searchParams.set('code', code);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
