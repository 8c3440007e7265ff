import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { resource, Timestamp, toOne } from '../http/document-schema.ts';
import {
  document,
  Moment,
  NoRelationships,
  referenceOrNull,
  timestamp,
  timestampOrNull,
} from '../http/json-api.ts';

const attributes = z.object({
  description: z.string().max(500, 'must have at most 500 characters').nullish(),
  'expired-at': Moment.refine((text) => new Date(text) > new Date(), 'must be in the future').nullish(),
});

/** The input for a new token; all of it may be left out, the body too. */
export const NewToken = document(attributes.nullish(), NoRelationships).nullish();

/** A new token that must have a description, as the documentation shows it. */
export const DescribedToken = document(
  attributes.extend({ description: z.string().min(1).max(500) }),
  NoRelationships,
);

/** @param lifetimeMs how long a token lives without a given expiry; null: until it is revoked */
export function tokenSettings(body: z.output<typeof NewToken>, lifetimeMs: number | null) {
  const { description, 'expired-at': expiredAt } = body?.data.attributes ?? {};
  return {
    description: description ?? '',
    expiresAt: typeof expiredAt === 'string' ? new Date(expiredAt) : null,
    usualEnd: lifetimeMs === null ? null : new Date(Date.now() + lifetimeMs),
  };
}

/** The secret is in the answer that creates a token, and null in every other. */
export const TokenSchema = resource(
  'authentication-tokens',
  {
    'created-at': Timestamp,
    'last-used-at': Timestamp.nullable(),
    'expired-at': Timestamp.nullable(),
    description: z.string().nullable(),
    token: z.string().nullable(),
  },
  { 'created-by': toOne('users'), team: toOne('teams') },
);

export function tokenResource(token: Row<'token'>, secret: string | null = null) {
  return {
    id: token.id,
    type: 'authentication-tokens',
    attributes: {
      'created-at': timestamp(token.created_at),
      'last-used-at': timestampOrNull(token.last_used_at),
      'expired-at': timestampOrNull(token.expires_at),
      description: token.description === '' ? null : token.description,
      token: secret,
    },
    relationships: {
      'created-by': referenceOrNull('users', token.created_by),
      team: referenceOrNull('teams', token.team_id),
    },
    links: { self: `/api/v2/authentication-tokens/${token.id}` },
  };
}
