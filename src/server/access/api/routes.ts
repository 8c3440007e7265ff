import * as z from 'zod';
import { differences, recordChange } from '../record-change.ts';
import type { Platform } from '../../context.ts';
import type { Row } from '../../database/schema.ts';
import { transact } from '../../database/transact.ts';
import { isUniqueViolation } from '../../database/violations.ts';
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

const AccountChange = document(
  attributesOfChange(z.object({ username: Username.optional(), email: Email.optional() })),
  NoRelationships,
);

/** The caller's own account, and the users it meets (api-contract §5.8). */
export function accessEndpoints({ db }: Platform): Endpoint<Caller>[] {
  const readUser = async (id: string | null): Promise<Row<'users'>> => {
    if (id === null) refuse('not_found');
    const user = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return user ?? refuse('not_found');
  };
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
        body: { data: userResource(await readUser(userIdOf(caller)), 'own') },
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
        const user = await readUser(caller.userId);
        // Its name is what a server finds its first administrator by.
        if (user.username === FIRST_ADMIN && username !== undefined && username !== FIRST_ADMIN) {
          refuse('invalid_attribute', `${FIRST_ADMIN} cannot be renamed`, '/data/attributes/username');
        }
        const columns = {
          ...(username === undefined ? {} : { username }),
          ...(email === undefined ? {} : caller.isSiteAdmin ? { email } : { unconfirmed_email: email }),
        };
        if (Object.keys(columns).length === 0)
          return { status: 200, body: { data: userResource(user, 'own') } };
        const updated = await transact(db, async (tx) => {
          const resource = { type: 'users', id: user.id };
          const change = { organizationId: null, resource, action: 'update' };
          await recordChange(tx, caller, { ...change, ...differences({ ...user }, columns) });
          return await tx
            .updateTable('users')
            .set(columns)
            .where('id', '=', user.id)
            .returningAll()
            .executeTakeFirstOrThrow();
        }).catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error;
          return refuse('invalid_attribute', 'Username has already been taken', '/data/attributes/username');
        });
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
        return { status: 200, body: { data: userResource(await readUser(params.id), viewer) } };
      },
    }),
  ];
}
