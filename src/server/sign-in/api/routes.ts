import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { createGuesses } from '../guesses.ts';
import { oidcEndpoints } from './oidc-routes.ts';
import { passwordEndpoints } from './password-routes.ts';
import { sessionEndpoints } from './session-routes.ts';

export function signInEndpoints(platform: Platform): Endpoint<Caller>[] {
  const guesses = createGuesses();
  return [
    ...sessionEndpoints(platform, guesses),
    ...passwordEndpoints(platform, guesses),
    ...oidcEndpoints(platform, guesses),
  ];
}
