import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Permissions, resource } from '../http/document-schema.ts';
import { userIdOf, type Caller } from './caller.ts';

export const UserSchema = resource('users', {
  username: z.string().nullable(),
  email: z.string().optional(),
  'unconfirmed-email': z.string().nullable().optional(),
  'avatar-url': z.string(),
  'is-service-account': z.boolean(),
  'is-site-admin': z.boolean().optional(),
  'is-sso-login': z.boolean(),
  'auth-method': z.string(),
  'v2-only': z.boolean(),
  'two-factor': z.object({ enabled: z.boolean(), verified: z.boolean() }),
  permissions: Permissions,
});

interface User {
  id: string;
  username: string;
  email: string;
  is_site_admin: boolean;
  is_service_account: boolean;
  unconfirmed_email: string | null;
}

/** Each user's own pattern, drawn by the client that shows it: no other server learns who looks at whom. */
function avatar(user: User): string {
  const hue = createHash('sha256').update(user.id).digest().readUInt16BE() % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="hsl(${hue} 55% 45%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/**
 * The viewer of a user: that user, a site administrator, a manager of the members of an organization that the user is
 * in (or was invited to, and has not joined yet), or anybody else who meets them.
 */
export type Viewer = 'own' | 'site-admin' | 'manager' | 'inviter' | 'other';

const SEES_ALL: readonly Viewer[] = ['own', 'site-admin'];

/** api-contract §5.8. Private attributes are left out for other viewers. */
export function userResource(user: User, viewer: Viewer) {
  const isOwn = viewer === 'own' && !user.is_service_account;
  const seesAll = SEES_ALL.includes(viewer);
  return {
    id: user.id,
    type: 'users',
    attributes: {
      // Otherwise an invitation would reveal whose address it is.
      username: viewer === 'inviter' ? null : user.username,
      ...(viewer === 'other' ? {} : { email: user.email }),
      ...(seesAll ? { 'unconfirmed-email': user.unconfirmed_email } : {}),
      'avatar-url': avatar(user),
      'is-service-account': user.is_service_account,
      ...(seesAll ? { 'is-site-admin': user.is_site_admin } : {}),
      'is-sso-login': false,
      'auth-method': 'token',
      'v2-only': true,
      'two-factor': { enabled: false, verified: false },
      permissions: {
        'can-create-organizations': isOwn,
        'can-change-email': isOwn,
        'can-change-username': isOwn,
        'can-change-password': false,
        'can-manage-user-tokens': isOwn || (viewer === 'site-admin' && !user.is_service_account),
        'can-view-settings': isOwn,
      },
    },
    links: { self: `/api/v2/users/${user.id}` },
  };
}

/** For users that are included beside a resource, as its creator is: their own document, or the public one. */
export const userSeenBy = (caller: Caller) => (user: User) =>
  userResource(user, viewerByName(caller, user.id) ?? 'other');

/** The callers who see all of a user, in every document. */
export function viewerByName(caller: Caller, userId: string): Viewer | undefined {
  if (userIdOf(caller) === userId) return 'own';
  return caller.kind === 'user' && caller.isSiteAdmin ? 'site-admin' : undefined;
}
