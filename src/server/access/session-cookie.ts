import { createHash, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';

/** The header that a page of this server sends beside the cookie with every change. */
export const CSRF_HEADER = 'x-runwright-csrf';
const READS = ['GET', 'HEAD', 'OPTIONS'];

type Addressed = Pick<Platform, 'publicUrl'>;
const isSecure = ({ publicUrl }: Addressed): boolean => publicUrl.startsWith('https:');

/** Over TLS the name itself keeps other hosts, and pages without TLS, from setting the cookie. */
const nameFor = (platform: Addressed): string => (isSecure(platform) ? '__Host-rw_session' : 'rw_session');

/** The secret of the session, or undefined: it counts only for the API and for the registry's documents of modules. */
export function sessionSecretOf(platform: Addressed, request: FastifyRequest): string | undefined {
  const url = request.routeOptions.url ?? '';
  const isRead = READS.includes(request.method) && url.startsWith('/api/registry/v1/modules/');
  return isRead || url.startsWith('/api/v2/') ? secretInBrowser(platform, request) : undefined;
}

/** The secret of the browser's session at any URL: for a sign-in, which ends that session. */
export const secretInBrowser = (platform: Addressed, { headers }: FastifyRequest): string | undefined =>
  parseCookie(headers.cookie ?? '')[nameFor(platform)] || undefined;

/** @param secret null: the browser forgets it */
export const sessionCookie = (platform: Addressed, secret: string | null): string =>
  stringifySetCookie({
    name: nameFor(platform),
    value: secret ?? '',
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(platform),
    ...(secret === null ? { maxAge: 0 } : {}),
  });

/** Derived from the session's secret, which no script can read; the API gives the token only to its own pages. */
export const csrfTokenOf = (secret: string): string =>
  createHash('sha256').update(`csrf of ${secret}`).digest('base64url');

/**
 * A browser sends the cookie for a page of any site. So a change needs two things that a page of another site cannot
 * give (threat T23): its origin, which the browser states, and the session's own CSRF token.
 *
 * @throws 403
 */
export function requireOwnPage(platform: Addressed, request: FastifyRequest, secret: string): void {
  if (READS.includes(request.method)) return;
  if (!isFromOwnPage(platform, request))
    refuse('forbidden', 'The request was made by a page of another site.');
  const given = Buffer.from(String(request.headers[CSRF_HEADER] ?? ''));
  const expected = Buffer.from(csrfTokenOf(secret));
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  refuse(
    'forbidden',
    'With a session, X-Runwright-CSRF must be the csrf-token of GET /api/v2/session. A program uses an API token instead.',
  );
}

/** Browsers state where a page comes from, and no page can change that; a request without it is not believed. */
export function isFromOwnPage({ publicUrl }: Addressed, { headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === headers.host;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * Without TLS everybody on the way reads the cookie, so a session is allowed only on the server's own machine.
 *
 * @throws 422
 */
export function requirePrivateWay(platform: Addressed, { headers }: FastifyRequest): void {
  if (isSecure(platform)) {
    const { origin } = headers;
    if (origin === undefined || origin.startsWith('https:')) return;
    refuse('unprocessable', `Sign in at ${platform.publicUrl}/app: the session is for that address.`);
  }
  if (LOOPBACK.test(headers.host ?? '')) return;
  refuse(
    'unprocessable',
    'Nobody can sign in without TLS, except on the machine of the server at http://localhost: set RUNWRIGHT_TLS_CERT and RUNWRIGHT_TLS_KEY, or RUNWRIGHT_URL to the https address of the proxy before the server.',
  );
}
