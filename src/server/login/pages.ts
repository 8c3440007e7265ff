import type { Answer } from '../http/endpoint.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { LOGIN_CLIENT } from './authorization-request.ts';
import { markup, page, type Html } from './page.ts';

const SIGN_IN_FIELD = markup`<label for="token">Your token</label>
  <input id="token" name="token" type="password" required autocomplete="off" autofocus spellcheck="false" />
  <p class="soft">
    A token of your user that you have already, or that an administrator made for you. The first
    administrator's is in the file <code>admin-token</code> of the server's data folder.
  </p>`;

const problemText = (problem: string | undefined): Html =>
  problem === undefined ? markup`` : markup`<p class="problem" role="alert">${problem}</p>`;

/** Asks the person at the browser whether terraform may act for them. */
export function consentPage(request: AuthorizationRequest, problem?: string): Answer {
  const { origin } = new URL(request.redirectUri);
  return page(
    problem === undefined ? 200 : 401,
    'Sign in to terraform',
    markup`${problemText(problem)}
      <p>
        The terraform command on this machine (<code>${origin}</code>) asks for a token, to do what you may
        do. Go on only if you have just started <code>terraform login</code>.
      </p>
      <form method="post" action="/oauth/authorize">
        <input type="hidden" name="client_id" value="${LOGIN_CLIENT}" />
        <input type="hidden" name="response_type" value="code" />
        <input type="hidden" name="redirect_uri" value="${request.redirectUri}" />
        <input type="hidden" name="code_challenge_method" value="S256" />
        <input type="hidden" name="code_challenge" value="${request.codeChallenge}" />
        ${request.state === undefined ? undefined : markup`<input type="hidden" name="state" value="${request.state}" />`}
        ${SIGN_IN_FIELD}
        <button>Sign in and give terraform a token</button>
      </form>`,
    origin,
  );
}

export const refusedPage = (problem: string): Answer =>
  page(
    400,
    'This sign-in cannot go on',
    markup`${problemText(problem)}
      <p>Start again with <code>terraform login</code>.</p>`,
  );
