import * as z from 'zod';
import { originOf } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import { requirePerson } from '../../access/permissions.ts';
import {
  csrfTokenOf,
  isFromOwnPage,
  requirePrivateWay,
  secretInBrowser,
  sessionCookie,
  sessionSecretOf,
} from '../../access/session-cookie.ts';
import { listSessions, readSession, type Visitor } from '../../access/sessions.ts';
import type { Platform } from '../../context.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, listOf } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import type { FastifyRequest } from 'fastify';
import { SessionSchema, sessionResource, SignInAttributes } from '../document.ts';
import type { Guesses } from '../guesses.ts';
import { endSessions, signInWithPassword, signInWithToken, type Begun } from '../sign-in.ts';

const NoParams = z.object({});
const Named = z
  .object({
    data: z.array(z.object({ id: z.string() })).max(100, 'must name at most 100'),
  })
  .nullish();

export const visitorOf = (platform: Platform, raw: FastifyRequest): Visitor => ({
  origin: originOf(raw),
  userAgent: raw.headers['user-agent'],
  earlierSecret: secretInBrowser(platform, raw),
});

/** @returns the answer to a sign-in: the cookie, and the session's attributes for a script of the page */
const answerBegun = (platform: Platform, { session, secret }: Begun): Answer => ({
  status: 201,
  headers: { 'Set-Cookie': sessionCookie(platform, secret) },
  body: { data: sessionResource(session, session.id, csrfTokenOf(secret)) },
});

/** Sessions of browsers (docs/sign-in.md). */
export function sessionEndpoints(platform: Platform, guesses: Guesses): Endpoint<Caller>[] {
  const requireSession = (caller: Caller): string =>
    caller.sessionId ??
    refuse('unprocessable', 'The request came with a token: sessions come with the cookie of a sign-in.');

  return [
    endpoint({
      method: 'POST',
      url: '/api/v2/session',
      summary: 'Sign in with a password or a token: the answer sets the cookie of a new session',
      access: 'anyone',
      params: NoParams,
      body: document(SignInAttributes, NoRelationships),
      answers: { 201: documentOf(SessionSchema), 401: refusal, 403: refusal, 503: refusal },
      handle: async ({ body, raw }) => {
        // Without this, another site could sign a person in as a user that is not theirs.
        if (raw.headers.origin !== undefined && !isFromOwnPage(platform, raw)) {
          refuse('forbidden', 'The request was made by a page of another site.');
        }
        requirePrivateWay(platform, raw);
        const { username, password, token } = body.data.attributes;
        const visitor = visitorOf(platform, raw);
        const begun =
          token === undefined
            ? await signInWithPassword(
                platform,
                guesses,
                { username: username ?? '', password: password ?? '' },
                visitor,
              )
            : await signInWithToken(platform, guesses, token, visitor);
        return answerBegun(platform, begun);
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/session',
      summary: 'Read the session that the request came with, and what changes are made with beside it',
      access: 'account',
      permission: 'self',
      params: NoParams,
      answers: { 200: documentOf(SessionSchema), 422: refusal },
      handle: async ({ caller, raw }) => {
        requirePerson(caller);
        const id = requireSession(caller);
        const session = (await readSession(platform.db, id)) ?? refuse('unauthorized');
        const secret = sessionSecretOf(platform, raw) ?? refuse('unauthorized');
        return { status: 200, body: { data: sessionResource(session, id, csrfTokenOf(secret)) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/session',
      summary: 'Sign out: the session ends, and the browser forgets what it kept of this server',
      access: 'account',
      permission: 'self',
      params: NoParams,
      answers: { 204: nothing },
      handle: async ({ caller }) => {
        requirePerson(caller);
        await endSessions(platform, caller, [requireSession(caller)]);
        return {
          status: 204,
          headers: {
            'Set-Cookie': sessionCookie(platform, null),
            'Clear-Site-Data': '"cache", "storage"',
          },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/account/sessions',
      summary: "List the caller's own sessions, the last used first",
      access: 'account',
      permission: 'self',
      params: NoParams,
      answers: { 200: listOf(SessionSchema) },
      handle: async ({ caller }) => {
        requirePerson(caller);
        const sessions = await listSessions(platform.db, caller.userId);
        const data = sessions.map((session) => sessionResource(session, caller.sessionId));
        return { status: 200, body: { data } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/account/sessions',
      summary: "End the caller's own sessions that are named; without a body all but the one that asks",
      access: 'account',
      permission: 'self',
      params: NoParams,
      body: Named,
      bodyType: 'sessions',
      answers: { 204: nothing },
      handle: async ({ caller, body }) => {
        requirePerson(caller);
        await endSessions(
          platform,
          caller,
          body?.data.map(({ id }) => id),
        );
        return { status: 204 };
      },
    }),
  ];
}
