import { z } from 'zod';
import { newId } from '@runwright/models';
import { recordChange } from '../audit/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { nothing } from '../http/answers.ts';
import { documentOf, listOf, resource, Timestamp } from '../http/document-schema.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { document, NoRelationships, IdParams, timestamp, timestampOrNull } from '../http/json-api.ts';
import { refuse } from '../http/refusal.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import type { Caller } from './caller.ts';
import { requireUser } from './membership.ts';
import { userResource, UserSchema } from './user-document.ts';

const NewToken = document(
  z
    .object({
      description: z.string().max(500).nullish(),
      'expired-at': z.iso
        .datetime({ offset: true, error: 'must be a time like 2027-01-31T12:00:00Z' })
        .nullish(),
    })
    .nullish(),
  NoRelationships,
);

/** The secret is in the answer that creates a token, and null in every other. */
const TokenSchema = resource('authentication-tokens', {
  'created-at': Timestamp,
  'last-used-at': Timestamp.nullable(),
  'expired-at': Timestamp.nullable(),
  description: z.string(),
  token: z.string().nullable(),
});

function tokenResource(token: Row<'token'>, secret: string | null) {
  return {
    id: token.id,
    type: 'authentication-tokens',
    attributes: {
      'created-at': timestamp(token.created_at),
      'last-used-at': timestampOrNull(token.last_used_at),
      'expired-at': timestampOrNull(token.expires_at),
      description: token.description,
      token: secret,
    },
    links: { self: `/api/v2/authentication-tokens/${token.id}` },
  };
}

/** A user sees and changes its own tokens only. */
export function accessEndpoints({ db }: Platform): Endpoint<Caller>[] {
  const readOwnUser = async (caller: Caller, id: string): Promise<Row<'users'>> => {
    requireUser(caller);
    if (id !== caller.userId) refuse('not_found');
    return await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  };
  const readOwnToken = async (caller: Caller, id: string): Promise<Row<'token'>> => {
    requireUser(caller);
    const token = await db
      .selectFrom('token')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', caller.userId)
      .executeTakeFirst();
    return token ?? refuse('not_found');
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/account/details',
      summary: "Read the caller's own user",
      access: 'account',
      permission: 'account',
      params: z.object({}),
      answers: { 200: documentOf(UserSchema) },
      handle: async ({ caller }) => {
        requireUser(caller);
        return { status: 200, body: { data: userResource(await readOwnUser(caller, caller.userId)) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/users/:id/authentication-tokens',
      summary: "List a user's tokens, without their secrets",
      access: 'account',
      permission: 'self',
      params: IdParams,
      answers: { 200: listOf(TokenSchema) },
      handle: async ({ caller, params }) => {
        const user = await readOwnUser(caller, params.id);
        const tokens = await db
          .selectFrom('token')
          .selectAll()
          .where('user_id', '=', user.id)
          .orderBy('created_at')
          .execute();
        return { status: 200, body: { data: tokens.map((token) => tokenResource(token, null)) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/users/:id/authentication-tokens',
      summary: 'Create a token; its secret is in this answer only',
      access: 'account',
      permission: 'self',
      params: IdParams,
      body: NewToken,
      answers: { 201: documentOf(TokenSchema) },
      handle: async ({ caller, params, body }) => {
        const user = await readOwnUser(caller, params.id);
        const { description, 'expired-at': expiredAt } = body.data.attributes ?? {};
        const secret = newOpaqueToken();
        const token = await transact(db, async (tx) => {
          const created = await tx
            .insertInto('token')
            .values({
              id: newId('at'),
              secret_hash: hashSecret(secret),
              kind: 'user',
              user_id: user.id,
              organization_id: null,
              description: description ?? '',
              expires_at: typeof expiredAt === 'string' ? new Date(expiredAt) : null,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          await recordChange(tx, caller, {
            organizationId: null,
            resource: { type: 'authentication-tokens', id: created.id },
            action: 'create',
            after: { kind: 'user', user: user.id, description: created.description },
          });
          return created;
        });
        return { status: 201, body: { data: tokenResource(token, secret) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/authentication-tokens/:id',
      summary: 'Read a token, without its secret',
      access: 'account',
      permission: 'token',
      params: IdParams,
      answers: { 200: documentOf(TokenSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: tokenResource(await readOwnToken(caller, params.id), null) },
      }),
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/authentication-tokens/:id',
      summary: 'Revoke a token',
      access: 'account',
      permission: 'token',
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        const token = await readOwnToken(caller, params.id);
        await transact(db, async (tx) => {
          await tx.deleteFrom('token').where('id', '=', token.id).execute();
          await recordChange(tx, caller, {
            organizationId: token.organization_id,
            resource: { type: 'authentication-tokens', id: token.id },
            action: 'destroy',
            before: { kind: token.kind, user: token.user_id, description: token.description },
          });
        });
        return { status: 204 };
      },
    }),
  ];
}
