import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { authenticateSecret, originOf } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes, json, nothing } from '../../http/answers.ts';
import { endpoint, type Answer, type Endpoint } from '../../http/endpoint.ts';
import { Refusal } from '../../http/refusal.ts';
import { readAuthorizationRequest, redirectWithCode } from '../authorization-request.ts';
import { createLoginCode, exchangeLoginCode } from '../codes.ts';
import { isOwnForm } from '../own-form.ts';
import { consentPage, refusedPage } from '../pages.ts';

const NoParams = z.object({});
const HtmlPage = bytes('text/html');
const OAuthError = json(z.object({ error: z.string() }));
/** Errors are shown on the page, or sent in OAuth's own form, not as errors of the API. */
const Form = z.record(z.string(), z.string()).nullish();

const WRONG_TOKEN = 'This is not the token of a user, or it has expired. Paste another one.';
const FOREIGN_FORM = 'The form came from another site.';

/** `terraform login` (api-contract §1.6). People who paste a token make one in the application's pages. */
export function loginEndpoints(platform: Platform): Endpoint<Caller>[] {
  /** The user whose token was pasted, or undefined. There is no session: each form has to prove who posts it. */
  const signIn = async (
    form: Readonly<Record<string, string>>,
    raw: FastifyRequest,
  ): Promise<Extract<Caller, { kind: 'user' }> | undefined> => {
    try {
      const secret = (form['token'] ?? '').trim();
      const caller = await authenticateSecret(platform, secret, originOf(raw), 'account');
      return caller.kind === 'user' ? caller : undefined;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };

  return [
    endpoint({
      method: 'GET',
      url: '/oauth/authorize',
      summary: 'The page on which a person lets terraform act for them',
      access: 'anyone',
      params: NoParams,
      query: z.record(z.string(), z.unknown()),
      answers: { 200: HtmlPage, 400: HtmlPage },
      handle: async ({ query }) => {
        const request = readAuthorizationRequest(query);
        return typeof request === 'string' ? refusedPage(request) : consentPage(request);
      },
    }),
    endpoint({
      method: 'POST',
      url: '/oauth/authorize',
      summary: 'Sign in; the browser is sent on to terraform with a code',
      access: 'anyone',
      params: NoParams,
      answers: { 303: nothing, 400: HtmlPage, 401: HtmlPage },
      body: Form,
      form: true,
      handle: async ({ body, raw }) => {
        const request = readAuthorizationRequest(body ?? {});
        if (typeof request === 'string') return refusedPage(request);
        if (!isOwnForm(platform, raw)) return refusedPage(FOREIGN_FORM);
        const person = await signIn(body ?? {}, raw);
        if (person === undefined) return consentPage(request, WRONG_TOKEN);
        const code = await createLoginCode(platform, person, request);
        return {
          status: 303,
          headers: { Location: redirectWithCode(request, code), 'Cache-Control': 'no-store' },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/oauth/token',
      summary: 'Exchange a code for a token (RFC 6749 §4.1.3)',
      access: 'anyone',
      params: NoParams,
      answers: {
        200: json(z.object({ access_token: z.string(), token_type: z.literal('bearer') })),
        400: OAuthError,
      },
      body: Form,
      form: true,
      handle: async ({ body, raw }) => {
        const { grant_type, code, code_verifier: verifier, redirect_uri: redirectUri } = body ?? {};
        if (grant_type !== 'authorization_code') return oauthError('unsupported_grant_type');
        if (code === undefined || verifier === undefined || redirectUri === undefined) {
          return oauthError('invalid_request');
        }
        const token = await exchangeLoginCode(platform, { code, verifier, redirectUri }, originOf(raw));
        return token === undefined
          ? oauthError('invalid_grant')
          : oauthAnswer(200, { access_token: token, token_type: 'bearer' });
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/terraform/motd',
      summary: 'What terraform prints after a login',
      access: 'anyone',
      params: NoParams,
      answers: { 200: json(z.object({ msg: z.string() })) },
      handle: async () => ({ status: 200, body: { msg: 'Welcome to Runwright.' } }),
    }),
  ];
}

const oauthAnswer = (status: number, body: Record<string, string>): Answer => ({
  status,
  body,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
});

const oauthError = (error: string): Answer => oauthAnswer(400, { error });
