import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requirePrivateWay, sessionCookie } from '../../access/session-cookie.ts';
import type { Platform } from '../../context.ts';
import { transact } from '../../database/transact.ts';
import { bytes, nothing, refusal } from '../../http/answers.ts';
import { documentOf, resource } from '../../http/document-schema.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { refuse } from '../../http/refusal.ts';
import { markup, page } from '../../login/page.ts';
import { followGroups } from '../../teams/group-memberships.ts';
import type { Guesses } from '../guesses.ts';
import { attemptCookie, attemptOf } from '../oidc/attempt-cookie.ts';
import { findUser, REFUSALS } from '../oidc/identities.ts';
import { AttemptProblem, createProvider, ProviderProblem, type Attempt } from '../oidc/provider.ts';
import { returnPath } from '../oidc/return-path.ts';
import { begin } from '../sign-in.ts';
import { visitorOf } from './session-routes.ts';

const NoParams = z.object({});
const HtmlPage = bytes('text/html');
const ATTEMPT_MS = 10 * 60_000;
const START = '/auth/oidc/start';

const MethodsSchema = resource('sign-in-methods', {
  password: z.boolean(),
  token: z.boolean(),
  'oidc-name': z.string().nullable(),
  'oidc-address': z.string().nullable(),
});

/** Sign-in with an account elsewhere (docs/sign-in.md). Passwords and tokens still work when the provider is away. */
export function oidcEndpoints(platform: Platform, guesses: Guesses): Endpoint<Caller>[] {
  const settings = platform.oidc;
  const provider = settings && createProvider(settings, platform);

  const finish = async (attempt: Attempt, raw: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    if (settings === null || provider === null) refuse('not_found');
    guesses.begin('', raw.ip);
    const person = await provider.finish(attempt, new URL(raw.url, platform.publicUrl));
    guesses.right('', raw.ip);
    const done = await transact(platform.db, async (tx) => {
      const found = await findUser(tx, person, settings);
      if ('refused' in found) return found;
      await followGroups(tx, found.userId, person.groups);
      return await begin(tx, { userId: found.userId, method: 'oidc' }, visitorOf(platform, raw));
    });
    if ('refused' in done) {
      platform.log.info({ why: done.refused, subject: person.subject }, 'a sign-in was refused');
      return problemPage(403, REFUSALS[done.refused]);
    }
    void reply.header('Set-Cookie', sessionCookie(platform, done.secret));
    return { status: 303, headers: { Location: attempt.returnTo, 'Cache-Control': 'no-store' } };
  };

  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/sign-in-methods',
      summary: 'How people sign in here',
      access: 'anyone',
      params: NoParams,
      answers: { 200: documentOf(MethodsSchema) },
      handle: async () => ({
        status: 200,
        body: {
          data: {
            id: 'sign-in-methods',
            type: 'sign-in-methods',
            attributes: {
              password: true,
              token: true,
              'oidc-name': settings?.name ?? null,
              'oidc-address': settings === null ? null : START,
            },
          },
        },
      }),
    }),
    endpoint({
      method: 'GET',
      url: START,
      summary: 'Go to the identity provider; the browser comes back to the callback',
      access: 'anyone',
      params: NoParams,
      query: z.object({ return: z.string().optional() }),
      answers: { 302: nothing, 404: refusal, 422: refusal, 503: HtmlPage },
      handle: async ({ query, raw, reply }) => {
        if (provider === null) refuse('not_found', 'No identity provider is set up here.');
        requirePrivateWay(platform, raw);
        try {
          const { address, attempt } = await provider.begin(
            returnPath(query.return),
            Date.now() + ATTEMPT_MS,
          );
          void reply.header('Set-Cookie', attemptCookie(platform, attempt));
          return { status: 302, headers: { Location: address, 'Cache-Control': 'no-store' } };
        } catch (error) {
          return explain(platform, error);
        }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/auth/oidc/callback',
      summary: 'Where the identity provider sends the browser back to: a session begins',
      access: 'anyone',
      params: NoParams,
      query: z.record(z.string(), z.unknown()),
      answers: { 303: nothing, 400: HtmlPage, 403: HtmlPage, 404: refusal, 422: refusal, 503: HtmlPage },
      handle: async ({ raw, reply }) => {
        if (provider === null) refuse('not_found', 'No identity provider is set up here.');
        requirePrivateWay(platform, raw);
        const attempt = attemptOf(platform, raw);
        // The attempt is used up, whatever its result.
        void reply.header('Set-Cookie', attemptCookie(platform, null));
        if (attempt === undefined) return problemPage(400, ANOTHER_BROWSER);
        try {
          return await finish(attempt, raw, reply);
        } catch (error) {
          return explain(platform, error);
        }
      },
    }),
  ];
}

const ANOTHER_BROWSER =
  'This sign-in was not begun in this browser, has been finished already, or took longer than ten minutes.';
const FAILED = 'The identity provider did not confirm who you are.';
const AWAY =
  'The identity provider does not answer as it should. Sign in with a password or a token meanwhile.';

/** The cause is in the log; no page shows texts of the provider. */
function explain({ log }: Platform, error: unknown): Answer {
  if (error instanceof ProviderProblem) {
    log.warn({ err: error }, 'the identity provider cannot be used');
    return problemPage(503, AWAY);
  }
  if (!(error instanceof AttemptProblem)) throw error;
  log.info({ err: error }, 'a sign-in failed');
  return problemPage(400, FAILED);
}

const problemPage = (status: number, problem: string): Answer =>
  page(
    status,
    'You are not signed in',
    markup`<p class="problem" role="alert">${problem}</p>
      <p><a href="/app">Sign in another way, or begin again</a></p>`,
  );
