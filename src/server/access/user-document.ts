import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Permissions, resource } from '../http/document-schema.ts';

export const UserSchema = resource('users', {
  username: z.string(),
  email: z.string(),
  'unconfirmed-email': z.string().nullable(),
  'avatar-url': z.string(),
  'is-service-account': z.boolean(),
  'is-site-admin': z.boolean(),
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

/** Each user's own pattern, drawn by the client that shows it: nobody is told who looks at whom. */
function avatar(user: User): string {
  const hue = createHash('sha256').update(user.id).digest().readUInt16BE() % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="hsl(${hue} 55% 45%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** api-contract §5.8. */
export function userResource(user: User) {
  const isPerson = !user.is_service_account;
  return {
    id: user.id,
    type: 'users',
    attributes: {
      username: user.username,
      email: user.email,
      'unconfirmed-email': user.unconfirmed_email,
      'avatar-url': avatar(user),
      'is-service-account': user.is_service_account,
      'is-site-admin': user.is_site_admin,
      'is-sso-login': false,
      'auth-method': 'token',
      'v2-only': true,
      'two-factor': { enabled: false, verified: false },
      permissions: {
        'can-create-organizations': isPerson,
        'can-change-email': isPerson,
        'can-change-username': isPerson,
        'can-change-password': false,
        'can-manage-user-tokens': isPerson,
        'can-view-settings': isPerson,
      },
    },
    links: { self: `/api/v2/users/${user.id}` },
  };
}
