import * as z from 'zod';
import { originOf } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import { requirePerson, requireSiteAdmin } from '../../access/permissions.ts';
import { requirePrivateWay, sessionCookie } from '../../access/session-cookie.ts';
import { userResource, UserSchema } from '../../access/user-document.ts';
import type { Platform } from '../../context.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { NewPassword, PasswordChange, passwordResetResource, PasswordResetSchema } from '../document.ts';
import type { Guesses } from '../guesses.ts';
import { changePassword, choosePassword, resetPassword } from '../passwords.ts';
import { visitorOf } from './session-routes.ts';
import { readUser } from '../../access/users.ts';

const NoParams = z.object({});
const Choice = document(
  z.object({ code: z.string().min(1).max(200), password: NewPassword }),
  NoRelationships,
);

/** Passwords of people who sign in here (docs/sign-in.md). A user has none until they choose it. */
export function passwordEndpoints(platform: Platform, guesses: Guesses): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'PATCH',
      url: '/api/v2/account/password',
      summary: "Change the caller's own password, or choose a first one; all other sessions end",
      access: 'account',
      permission: 'self',
      params: NoParams,
      body: document(PasswordChange, NoRelationships),
      answers: { 200: documentOf(UserSchema), 403: refusal, 503: refusal },
      handle: async ({ caller, body, raw }) => {
        requirePerson(caller);
        requirePrivateWay(platform, raw);
        const {
          current_password: current,
          password: wanted,
          password_confirmation: confirmation,
        } = body.data.attributes;
        if (confirmation !== undefined && confirmation !== wanted) {
          refuse(
            'invalid_attribute',
            'password_confirmation: is not the same as password',
            '/data/attributes/password_confirmation',
          );
        }
        const passwords = { current: current ?? undefined, wanted };
        const begun = await changePassword(platform, guesses, caller, passwords, visitorOf(platform, raw));
        const user = await readUser(platform.db, caller.userId);
        return {
          status: 200,
          ...(begun === undefined
            ? {}
            : { headers: { 'Set-Cookie': sessionCookie(platform, begun.secret) } }),
          body: { data: userResource(user, 'own') },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/admin/users/:id/actions/reset-password',
      summary: "Take a user's password and sessions away, and make a code to choose another with",
      access: 'account',
      permission: 'site-admin',
      params: IdParams,
      answers: { 201: documentOf(PasswordResetSchema) },
      handle: async ({ caller, params }) => {
        requireSiteAdmin(caller);
        const reset = await resetPassword(platform, caller, params.id);
        return {
          status: 201,
          body: { data: passwordResetResource(params.id, reset, platform.publicUrl) },
        };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/password-choices',
      summary: 'Choose a password with the code that an administrator made',
      access: 'anyone',
      params: NoParams,
      body: Choice,
      bodyType: 'password-choices',
      answers: { 204: nothing, 404: refusal, 503: refusal },
      handle: async ({ body, raw }) => {
        requirePrivateWay(platform, raw);
        const { code, password } = body.data.attributes;
        guesses.begin('', raw.ip);
        await choosePassword(platform, code, password, originOf(raw));
        guesses.right('', raw.ip);
        return { status: 204 };
      },
    }),
  ];
}
