import { z } from 'zod';
import { Permissions, resource } from '../http/document-schema.ts';

export const UserSchema = resource('users', {
  username: z.string(),
  email: z.string(),
  'is-service-account': z.boolean(),
  'is-site-admin': z.boolean(),
  'auth-method': z.string(),
  'two-factor': z.object({ enabled: z.boolean(), verified: z.boolean() }),
  permissions: Permissions,
});

/** api-contract §5.8. */
export function userResource(user: { id: string; username: string; email: string; is_site_admin: boolean }) {
  return {
    id: user.id,
    type: 'users',
    attributes: {
      username: user.username,
      email: user.email,
      'is-service-account': false,
      'is-site-admin': user.is_site_admin,
      'auth-method': 'token',
      'two-factor': { enabled: false, verified: false },
      permissions: { 'can-create-organizations': true },
    },
    links: { self: `/api/v2/users/${user.id}` },
  };
}
