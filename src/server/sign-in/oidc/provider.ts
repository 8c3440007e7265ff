import * as client from 'openid-client';
import type { OidcSettings } from '../../config.ts';
import type { Platform } from '../../context.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import { claimsOf, type Person } from './claims.ts';

/** Keys may change: they are fetched again automatically; the URLs of a provider stay for long. */
const KNOWN_FOR_MS = 60 * 60_000;
/** While a provider is away, it is not called again for each request. */
const FAILED_FOR_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const CLOCK_TOLERANCE_S = 60;

/** The browser's record of a sign-in while it is at the provider; only this server can read it. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  untilMs: number;
}

/** The provider did not answer, or not as expected: the person cannot change that. */
export class ProviderProblem extends Error {}
/** The answer belongs to no sign-in of this browser, or was refused: the person begins again. */
export class AttemptProblem extends Error {}

export interface Provider {
  /** The browser's target, and the record that it keeps. @throws ProviderProblem */
  begin(returnTo: string, untilMs: number): Promise<{ address: string; attempt: Attempt }>;
  /** The person who came back, by the provider's claims. @throws ProviderProblem, AttemptProblem */
  finish(attempt: Attempt, cameTo: URL): Promise<Person>;
}

/** OpenID Connect: the code flow with PKCE, state and nonce, through the server's only way out. */
export function createProvider(
  settings: OidcSettings,
  platform: Pick<Platform, 'outbound' | 'publicUrl'>,
): Provider {
  let known: { at: number; configuration: Promise<client.Configuration> } | undefined;
  let failedAt = -Infinity;

  const discover = async (): Promise<client.Configuration> => {
    if (Date.now() - failedAt < FAILED_FOR_MS) throw new ProviderProblem('it did not answer just now');
    if (known === undefined || Date.now() - known.at > KNOWN_FOR_MS) {
      const configuration = client.discovery(
        new URL(settings.issuer),
        settings.clientId,
        { client_secret: settings.clientSecret, [client.clockTolerance]: CLOCK_TOLERANCE_S },
        undefined,
        {
          [client.customFetch]: fetchThrough(platform.outbound),
          // This verifies the signature too, not only the connection to the provider.
          execute: [
            client.enableNonRepudiationChecks,
            ...(settings.issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      known = { at: Date.now(), configuration };
    }
    try {
      return await known.configuration;
    } catch (error) {
      known = undefined;
      failedAt = Date.now();
      throw new ProviderProblem('its description cannot be read', { cause: error });
    }
  };
  const redirectUri = (): string => `${platform.publicUrl}/auth/oidc/callback`;

  return {
    async begin(returnTo, untilMs) {
      const configuration = await discover();
      const verifier = client.randomPKCECodeVerifier();
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier,
        returnTo,
        untilMs,
      };
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri(),
        scope: settings.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: attempt.state,
        nonce: attempt.nonce,
      });
      return { address: address.href, attempt };
    },
    async finish({ state, nonce, verifier }, cameTo) {
      const configuration = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(configuration, cameTo, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new AttemptProblem('there is no ID token');
        const person = claimsOf(claims, settings);
        const hasAll = person.groups !== undefined && person.email !== undefined;
        if (hasAll || configuration.serverMetadata().userinfo_endpoint === undefined) return person;
        const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
        return claimsOf({ ...more, ...claims }, settings);
      } catch (error) {
        if (error instanceof AttemptProblem) throw error;
        throw new AttemptProblem(error instanceof Error ? error.message : 'unknown', { cause: error });
      }
    },
  };
}

/** A `fetch` for openid-client, with the rules for addresses that apply to all calls of this server. */
const fetchThrough =
  (outbound: Outbound): client.CustomFetch =>
  async (url, { method, headers, body }) => {
    const answer = await outbound.call({
      url,
      method: method === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    if (answer.kind === 'failed') throw new ProviderProblem(answer.reason);
    const hasBody = ![204, 205, 304].includes(answer.status);
    return new Response(hasBody ? answer.body : null, { status: answer.status, headers: answer.headers });
  };

function textOf(body: client.FetchBody): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error('a request to the provider has a body of bytes');
}
