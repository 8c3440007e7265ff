import * as z from 'zod';
import type { Session } from '../access/sessions.ts';
import { resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export const SessionSchema = resource(
  'sessions',
  {
    'created-at': Timestamp,
    'last-used-at': Timestamp,
    'expires-at': Timestamp,
    method: z.enum(['password', 'token', 'oidc']),
    address: z.string(),
    'user-agent': z.string(),
    current: z.boolean(),
    'csrf-token': z.string().optional(),
  },
  { user: toOne('users') },
);

/** @param csrfToken that of the asking session, and of no other */
export function sessionResource(session: Session, currentId: string | undefined, csrfToken?: string) {
  return {
    id: session.id,
    type: 'sessions',
    attributes: {
      'created-at': timestamp(session.created_at),
      'last-used-at': timestamp(session.last_used_at),
      'expires-at': timestamp(session.expires_at),
      method: session.method,
      address: session.address,
      'user-agent': session.user_agent,
      current: session.id === currentId,
      ...(csrfToken === undefined ? {} : { 'csrf-token': csrfToken }),
    },
    relationships: { user: reference('users', session.user_id) },
  };
}

/** A code with which a person chooses a password. Only the answer that creates it contains it. */
export const PasswordResetSchema = resource(
  'password-resets',
  { code: z.string(), address: z.string(), 'expires-at': Timestamp },
  { user: toOne('users') },
);

export const passwordResetResource = (
  userId: string,
  { code, expiresAt }: { code: string; expiresAt: Date },
  publicUrl: string,
) => ({
  id: userId,
  type: 'password-resets',
  attributes: {
    code,
    // The part behind # is in no log of a server or a proxy.
    address: `${publicUrl}/app/choose-password#${code}`,
    'expires-at': timestamp(expiresAt),
  },
  relationships: { user: reference('users', userId) },
});

const text = (min: number, max: number) =>
  z.string().min(min, `must have at least ${min} characters`).max(max, `must have at most ${max} characters`);

/** Length is what counts; the upper limit keeps hashing bounded. */
export const NewPassword = text(12, 256);
/** A password to compare may have any length. */
const Given = text(1, 256);

export const SignInAttributes = z
  .object({ username: Given.optional(), password: Given.optional(), token: Given.optional() })
  .superRefine(({ username, password, token }, context) => {
    const withPassword = username !== undefined && password !== undefined && token === undefined;
    const withToken = token !== undefined && username === undefined && password === undefined;
    if (withPassword || withToken) return;
    const message = 'must hold username and password, or token alone';
    context.addIssue({ code: 'custom', message });
  });

export const PasswordChange = z.object({
  current_password: Given.nullish(),
  password: NewPassword,
  password_confirmation: z.string().optional(),
});
