/** A real OpenID provider on a loopback port, which signs everybody in at once as the account that the test sets. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface IdentityProvider {
  issuer: string;
  /** The account of the next sign-in, with its claims. */
  account: { sub: string } & Record<string, unknown>;
  /** Registers a server as a client. */
  serve(redirectUri: string): void;
  close(): Promise<void>;
}

export const CLIENT = { id: 'runwright', secret: 'a-secret-of-the-client' };

export async function startIdentityProvider(): Promise<IdentityProvider> {
  let handler: ReturnType<Provider['callback']> | undefined;
  const server: Server = createServer((request, response) => {
    if (handler === undefined) return void response.writeHead(503).end();
    void handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const identity: IdentityProvider = {
    issuer,
    account: { sub: 'nobody' },
    serve(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
        claims: {
          openid: ['sub'],
          email: ['email', 'email_verified', 'groups'],
          profile: ['preferred_username'],
        },
        conformIdTokenClaims: false,
        cookies: { keys: ['a key of the provider'] },
        features: { devInteractions: { enabled: false } },
        pkce: { required: () => true },
        findAccount: (_context, sub) => ({
          accountId: sub,
          claims: async () => ({ ...identity.account, sub }),
        }),
        interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      });
      provider.use(async (context, next) => {
        if (!context.path.startsWith('/interaction/')) return await next();
        const { sub } = identity.account;
        const grant = new provider.Grant({ accountId: sub, clientId: CLIENT.id });
        grant.addOIDCScope('openid email profile');
        const grantId = await grant.save();
        await provider.interactionFinished(context.req, context.res, {
          login: { accountId: sub },
          consent: { grantId },
        });
        context.respond = false;
      });
      handler = provider.callback();
    },
    close: async () =>
      await new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return identity;
}

/** Follows redirects as a browser does, with a cookie jar for each of the two servers. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const visit = async (address: string): Promise<Response> => {
    const url = new URL(address);
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const isGone = value === '' || rest.some((part) => /max-age=0$/i.test(part.trim()));
      if (isGone) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return {
    visit,
    cookiesOf: (address: string) => jars.get(new URL(address).host) ?? new Map<string, string>(),
    /** Follows redirects until an answer is not a redirect, or until `stop` accepts the next address. */
    async follow(
      address: string,
      stop: (url: string) => boolean = () => false,
    ): Promise<{ url: string; answer: Response }> {
      for (let url = address, count = 0; count < 12; count += 1) {
        const answer = await visit(url);
        const location = answer.headers.get('location');
        if (location === null) return { url, answer };
        url = new URL(location, url).href;
        if (stop(url)) return { url, answer };
      }
      throw new Error('the redirects do not end');
    },
  };
}
