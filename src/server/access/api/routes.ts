import * as z from 'zod';
import type { Platform } from '../../context.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { attributesOfChange, document, IdParams, NoRelationships } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { userIdOf, type Caller } from '../caller.ts';
import { FIRST_ADMIN } from '../first-admin.ts';
import { requirePerson } from '../permissions.ts';
import { Email, Username } from '../user-attributes.ts';
import { userResource, UserSchema } from '../user-document.ts';
import { viewerOf } from '../viewer.ts';
import { readUser, updateAccount } from '../users.ts';

const AccountChange = document(
  attributesOfChange(z.object({ username: Username.optional(), email: Email.optional() })),
  NoRelationships,
);

/** The caller's own account, and the users it meets (api-contract §5.8). */
export function accessEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/account/details',
      summary: "Read the caller's own user: for a team's or organization's token, its service account",
      access: 'account',
      permission: 'account',
      params: z.object({}),
      answers: { 200: documentOf(UserSchema) },
      handle: async ({ caller }) => ({
        status: 200,
        body: { data: userResource(await readUser(db, userIdOf(caller)), 'own') },
      }),
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/account/update',
      summary: "Change the caller's own username; a new e-mail address waits for its confirmation",
      access: 'account',
      permission: 'self',
      params: z.object({}),
      body: AccountChange,
      answers: { 200: documentOf(UserSchema) },
      handle: async ({ caller, body }) => {
        requirePerson(caller);
        const { username, email } = body.data.attributes;
        const user = await readUser(db, caller.userId);
        // A server finds its first administrator by this name.
        if (user.username === FIRST_ADMIN && username !== undefined && username !== FIRST_ADMIN) {
          refuse('invalid_attribute', `${FIRST_ADMIN} cannot be renamed`, '/data/attributes/username');
        }
        const columns = {
          ...(username === undefined ? {} : { username }),
          ...(email === undefined ? {} : caller.isSiteAdmin ? { email } : { unconfirmed_email: email }),
        };
        if (Object.keys(columns).length === 0)
          return { status: 200, body: { data: userResource(user, 'own') } };
        const updated = await updateAccount(platform, caller, user, columns);
        return { status: 200, body: { data: userResource(updated, 'own') } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/users/:id',
      summary: 'Read a user that shares an organization with the caller',
      access: 'account',
      permission: 'organization:member',
      params: IdParams,
      answers: { 200: documentOf(UserSchema) },
      handle: async ({ caller, params }) => {
        const viewer = (await viewerOf(db, caller, params.id)) ?? refuse('not_found');
        return { status: 200, body: { data: userResource(await readUser(db, params.id), viewer) } };
      },
    }),
  ];
}
